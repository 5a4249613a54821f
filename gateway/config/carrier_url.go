package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"tollgate/hlr/subscriber"
)

// The ports registered for SMPP without and with TLS.
const (
	portSMPP  = "2775"
	portSMPPS = "3550"
)

// carrierQuery is what the query of a carrier's URL may name; the keys are
// those of the file.
var carrierQuery = []string{
	"name", "bind", "links", "window", "tps", "profile", "driver", "system_type", "receipt_ids",
	"enquire_interval", "response_timeout", "bind_timeout", "dead_after", "weight", "price", "networks", "prefixes",
}

// ParseCarrierURL reads
// smpp://SYSTEM_ID:PASSWORD@HOST:PORT?name=&bind=&links=&window=&tps=&profile=&driver=,
// or smpps:// for TLS. A parameter without a value is the default, and what is
// named wins over the profile. The error never repeats the password.
func ParseCarrierURL(s string) (Carrier, error) {
	c, query, err := splitCarrierURL(s)
	if err != nil {
		return c, err
	}
	var name string
	if v := query["profile"]; len(v) > 0 {
		name = v[0]
	}
	p, err := loadProfile(name, ".")
	if err != nil {
		return c, fmt.Errorf("a carrier's URL: profile: %w", err)
	}
	c.take(p)
	return c, c.query(query)
}

// splitCarrierURL reads what stands before the query, over the defaults.
func splitCarrierURL(s string) (c Carrier, query url.Values, err error) {
	c = DefaultCarrier()
	u, err := url.Parse(s)
	if err != nil {
		return c, nil, fmt.Errorf("%s is not a URL: write smpp://SYSTEM_ID:PASSWORD@HOST:PORT, with special characters as %%XX", redactURL(s))
	}
	port := portSMPP
	switch u.Scheme {
	case "smpp":
	case "smpps":
		port, c.TLS.Enabled = portSMPPS, true
	default:
		return c, nil, fmt.Errorf("a carrier's URL starts with smpp:// or smpps://, not %q", u.Scheme)
	}
	if u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return c, nil, fmt.Errorf("%s: write smpp://SYSTEM_ID:PASSWORD@HOST:PORT?name=NAME", redactURL(s))
	}
	if u.Port() != "" {
		port = u.Port()
	}
	c.Addr = net.JoinHostPort(u.Hostname(), port)
	c.Name = c.Addr
	c.SystemID = u.User.Username()
	password, _ := u.User.Password()
	c.Password = Secret(password)
	if query, err = url.ParseQuery(u.RawQuery); err != nil {
		return c, nil, fmt.Errorf("a carrier's URL: its query is malformed: %w", err)
	}
	return c, query, nil
}

// query sets what the query of a carrier's URL names.
func (c *Carrier) query(q url.Values) error {
	for key, values := range q {
		if len(values) > 1 {
			return fmt.Errorf("a carrier's URL names %s twice", key)
		}
		if values[0] == "" && contains(carrierQuery, key) {
			continue
		}
		if err := c.parameter(key, values[0]); err != nil {
			return fmt.Errorf("a carrier's URL: %s %w", key, err)
		}
	}
	return nil
}

func (c *Carrier) parameter(key, value string) error {
	switch {
	case !contains(carrierQuery, key):
		return fmt.Errorf("is not a known parameter%s", didYouMean(key, carrierQuery))
	case key == "networks":
		c.Networks = nil
		for _, s := range strings.Split(value, ",") {
			p, err := parsePLMN(s)
			if err != nil {
				return err
			}
			c.Networks = append(c.Networks, subscriber.PLMN(p))
		}
		return nil
	case key == "prefixes":
		c.Prefixes = strings.Split(value, ",")
		return nil
	case key == "bind":
		value = strings.ReplaceAll(value, " ", "+") // which is what a plus in a query stands for
	}
	return setField(c, key, value)
}

// redactURL is a URL fit for an error text, even one that cannot be parsed.
func redactURL(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return "this"
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = "***" + rest[at:]
	}
	return scheme + "://" + rest
}
