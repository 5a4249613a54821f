package hlr

import (
	"slices"
	"time"

	"tollgate/hlr/subscriber"
)

// Config is how a Gatherer asks. A zero field means its default.
type Config struct {
	Budget     time.Duration    // 150 ms: by when Gather returns, whatever came
	Providers  []ProviderConfig // in the order of priority
	TTL        TTLs
	MaxEntries int // 65536 numbers cached, about 1 KB each and provider
}

// ProviderConfig is how one provider is asked.
type ProviderConfig struct {
	Provider Provider
	Name     string // of metrics and reports; "": the provider's own
	Fields   Field  // take only these facts from it; 0: all it tells
	Scope    Scope  // for whom it is asked; zero: for all
	// Fallback asks it only for what the providers before it did not tell,
	// once they have answered or half the budget is gone: for lookups that cost.
	Fallback bool
	Timeout  time.Duration // the budget: when a lookup counts as failed; longer than the budget, a late answer still fills the cache
	// MaxInFlight bounds the lookups that run at once (256), those that
	// outlived their time-out included. Above it a lookup is not made and
	// its facts stay unknown.
	MaxInFlight int
	PerSecond   float64       // lookups a second; 0: no limit
	Burst       int           // lookups at once after a pause; 0: those of a second
	Price       float64       // of one lookup, in any one currency; only counted
	NoHedge     bool          // never ask a second time while the first is on its way
	Failures    int           // 10 in a row open the breaker
	CoolOff     time.Duration // 2 s until an open breaker lets one lookup through
}

// Scope says for whom a provider is asked. An empty list holds for all.
type Scope struct {
	Tenants  []string
	Purposes []string
	Regions  []string // of the number, ISO 3166-1 alpha-2
}

// holds says that a request is within the scope.
func (s *Scope) holds(n *Need) bool {
	in := func(list []string, word string) bool { return len(list) == 0 || slices.Contains(list, word) }
	return in(s.Tenants, n.Tenant) && in(s.Purposes, n.Purpose) && in(s.Regions, n.Region)
}

// TTLs say how long each kind of fact is taken from the cache. A change that
// matters within minutes is found by IdentityMaxAge, not by these.
type TTLs struct {
	LineType     time.Duration // 30 d
	Portability  time.Duration // 24 h: ported, home network, recycled
	PortedRecent time.Duration // 1 h: portability of a number ported within 30 days
	Identity     time.Duration // 5 min at most: IMSI, ICCID, IMEI, and when they changed
	Place        time.Duration // 15 min: cell, VLR, network, roaming, reachable, call forwarding
	Missing      time.Duration // 5 min: a provider answered and left the fact out
	Absent       time.Duration // 30 s: no such subscriber
	NotCovered   time.Duration // 5 min: not this provider's number
	Error        time.Duration // 30 s: a lookup that failed is not repeated
}

// Need is what one call wants.
type Need struct {
	Fields Field // 0: all
	// IdentityMaxAge is how old IMSI and ICCID may be. With 0 they, and with
	// them the handset and its place, are looked up after the call began; the
	// answer of a lookup that started before it does not count.
	IdentityMaxAge time.Duration
	Budget         time.Duration // 0: the Gatherer's
	CacheOnly      bool          // look nothing up: what is known by now, at once
	Insist         bool          // ask again for what a lookup has just failed to tell
	// Who asks, for what and about a number of which region: it chooses
	// among providers that have a Scope.
	Tenant, Purpose, Region string
}

// aged is the facts whose age IdentityMaxAge bounds.
func (n *Need) aged() Field {
	if n.IdentityMaxAge == 0 {
		return FieldIdentity | FieldIMEI | FieldDeviceChange | FieldPlace
	}
	return FieldIdentity
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (c Config) withDefaults() Config {
	const day = 24 * time.Hour
	c.Budget = orElse(c.Budget, 150*time.Millisecond)
	c.MaxEntries = orElse(c.MaxEntries, 65536)
	t := &c.TTL
	t.LineType = orElse(t.LineType, 30*day)
	t.Portability = orElse(t.Portability, day)
	t.PortedRecent = orElse(t.PortedRecent, time.Hour)
	t.Identity = orElse(t.Identity, 5*time.Minute)
	t.Place = orElse(t.Place, 15*time.Minute)
	t.Missing = orElse(t.Missing, 5*time.Minute)
	t.Absent = orElse(t.Absent, 30*time.Second)
	t.NotCovered = orElse(t.NotCovered, 5*time.Minute)
	t.Error = orElse(t.Error, 30*time.Second)
	return c
}

// recentPort is how long after a port the number's portability is asked again
// more often: ports are corrected and reversed within that time.
const recentPort = 30 * 24 * time.Hour

// byField spreads the TTLs over the facts.
func (t *TTLs) byField() (ttl [fieldCount]time.Duration) {
	for i, f := range FieldAll.Each() {
		switch {
		case f&(FieldIdentity|FieldIMEI|FieldDeviceChange) != 0:
			ttl[i] = t.Identity
		case f&FieldLineType != 0:
			ttl[i] = t.LineType
		case f&(FieldPorted|FieldRecycled|FieldHome) != 0:
			ttl[i] = t.Portability
		default:
			ttl[i] = t.Place
		}
	}
	return ttl
}

// key names one provider's lookup of one number.
type key struct {
	n      subscriber.MSISDN
	source int
}
