package enum

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"

	"tollgate/hlr/subscriber"
)

// Config is which tree is asked and how. A zero field means its default.
type Config struct {
	Name string // of metrics and reports; "enum"
	Addr string // of the server, HOST:PORT, UDP and TCP
	Zone string // below which the numbers stand, as in "e164.arpa"
	// Routing maps routing numbers and service providers to the network that
	// serves the number. A key that begins with + is the beginning of a
	// global rn, country code included ("+49D235"); one without it is that
	// of a local rn, or of a global one behind its country code ("D235").
	// "spn:4711" is a whole spn. The longest key that fits wins.
	Routing map[string]subscriber.PLMN
	// SPNIsPLMN says that the tree writes MCC and MNC, joined, as spn.
	SPNIsPLMN bool
	// Retry is how long the first datagram may stay unanswered before it is
	// sent again: half of the context's time, and at most 1 s.
	Retry time.Duration
}

const (
	retryMax    = time.Second
	timeoutMax  = 5 * time.Second // of a lookup whose context has no deadline
	digitsMax   = 15              // of an E.164 number
	domainMax   = 253             // octets of a name as text, without its last dot (RFC 1035 §2.3.4)
	datagramMax = 1232            // octets: what EDNS(0) offers; larger ones risk being fragmented
)

func (c Config) withDefaults() (Config, error) {
	if c.Name == "" {
		c.Name = "enum"
	}
	var errs []error
	if _, port, err := net.SplitHostPort(c.Addr); err != nil || port == "" {
		errs = append(errs, errors.New("the server must be HOST:PORT"))
	}
	c.Zone = dns.CanonicalName(strings.Trim(c.Zone, "."))
	if _, ok := dns.IsDomainName(c.Zone); !ok || c.Zone == "." || len(c.Zone)+2*digitsMax > domainMax+1 {
		errs = append(errs, fmt.Errorf("the zone must be a domain name such as e164.arpa, short enough for %d digits below it", digitsMax))
	}
	routing := make(map[string]subscriber.PLMN, len(c.Routing))
	for key, network := range c.Routing {
		if err := checkRouting(key, network); err != nil {
			errs = append(errs, err)
		}
		routing[strings.ToUpper(key)] = network
	}
	c.Routing = routing
	return c, errors.Join(errs...)
}

func checkRouting(key string, network subscriber.PLMN) error {
	if !isPLMN(string(network)) {
		return fmt.Errorf("routing %q: a network is written as MCC and MNC, as in 262-03", key)
	}
	if spn, ok := strings.CutPrefix(strings.ToLower(key), "spn:"); ok && spn != "" {
		return nil
	}
	if number := strings.TrimPrefix(key, "+"); number == "" || !isHex(number) {
		return fmt.Errorf("routing %q: write the beginning of a routing number such as D235 or +49D235, or spn:NUMBER", key)
	}
	return nil
}

// isPLMN says that s has the form of an MCC (200 to 799, and the test networks'
// 001, ITU-T E.212) and an MNC.
func isPLMN(s string) bool {
	if len(s) != 5 && len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	return s[0] >= '2' && s[0] <= '7' || s[:3] == "001"
}
