package fraud

import "fmt"

// netConversion is the test of rangeConversion for the network around the
// address: an attacker who has all of it changes addresses in it.
var netConversion = &Signal{
	Code: "NET_CONVERSION", Group: groupOutcome, Description: "codes asked for from this network (IPv4 /24, IPv6 /48) are not typed in; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Net },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("codes asked for from this network are not typed in (%.1f nats)", f.Velocity.Outcomes.Net)
	},
}
