package main

import (
	"fmt"
	"log/slog"
	"time"

	"tollgate/gateway/config"
	"tollgate/hlr/enum"
)

// newEnum makes the provider of enum://HOST:PORT/SUFFIX, with ?spn=mccmnc for a
// tree whose spn is a network and ?retry=30ms for how long a datagram may stay
// unanswered before it is sent again.
func newEnum(p *config.HLRProvider, log *slog.Logger) (*enum.Provider, error) {
	c := enum.Config{Name: p.Name, Addr: p.Addr, Zone: p.Zone, Routing: p.Routing}
	for key, values := range p.Query {
		value := values[len(values)-1]
		switch key {
		case "spn":
			if c.SPNIsPLMN = value == "mccmnc"; !c.SPNIsPLMN {
				return nil, fmt.Errorf("spn=%s: only mccmnc is known", value)
			}
		case "retry":
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				return nil, fmt.Errorf("retry=%s: write a time such as 30ms", value)
			}
			c.Retry = d
		default:
			return nil, fmt.Errorf("there is no parameter %q; there are spn and retry", key)
		}
	}
	return enum.New(c, log)
}
