// Package spend holds what sends cost against caps: a budget an hour and a day
// for a tenant, a destination, or one tenant's destination.
//
// A cap that is nearly used up is a fact like any other: the policy's rules
// decide what comes of it. Money counts once a send is accepted, so that
// requests in flight at the same moment may together overshoot a cap by what
// they cost. Windows slide in steps: an hour in twelve of five minutes, a day
// in twenty-four of an hour. The clock is an argument.
package spend

import (
	"strings"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Money is an amount in millionths of the one currency that prices are in.
type Money int64

// Price is what one segment to a destination costs.
type Price struct {
	Destination string // a region such as DE, a prefix such as +882, or "" for all others
	Each        Money
}

// Each, as a cap's tenant or destination, counts every one apart.
const Each = "each"

// Cap is one budget. Hour or Day may be 0: no limit.
type Cap struct {
	Name        string
	Tenant      string // an id, Each, or "" for all together
	Destination string // a region, a prefix, Each (every region apart), or "" for all together
	Hour, Day   Money
}

// Config is prices and caps.
type Config struct {
	Prices []Price
	Caps   []Cap
}

// Send is what is asked for.
type Send struct {
	At       time.Time
	Tenant   string
	Region   string
	To       subscriber.MSISDN
	Segments int
}

// Book keeps the counts. It is safe for concurrent use.
type Book struct {
	mu      sync.Mutex
	cfg     Config
	regions map[string]Money
	counts  map[account]*counter
	changed int
}

// account is what one count is kept for. Caps are known by name, so that a
// count outlives a reload of the configuration.
type account struct{ cap, tenant, destination string }

// maxAccounts bounds the counts: tenants and regions are closed sets, and
// their product is far smaller.
const maxAccounts = 1 << 16

// New makes an empty book.
func New(cfg Config) *Book {
	b := &Book{counts: map[account]*counter{}}
	b.Set(cfg)
	return b
}

// Set takes over other prices and caps. What was spent stays counted.
func (b *Book) Set(cfg Config) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cfg, b.regions = cfg, map[string]Money{}
	for _, p := range cfg.Prices {
		if !strings.HasPrefix(p.Destination, "+") {
			b.regions[p.Destination] = p.Each
		}
	}
}

// Idle says that there is no cap, and so nothing to count.
func (b *Book) Idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.cfg.Caps) == 0
}

// cost is the price of the longest prefix, else the region's, else the one of
// all others.
func (b *Book) cost(s *Send) Money {
	each, longest := b.regions[""], 0
	if p, ok := b.regions[s.Region]; ok {
		each = p
	}
	for _, p := range b.cfg.Prices {
		if n := len(p.Destination); n > longest && p.Destination[0] == '+' && strings.HasPrefix(string(s.To), p.Destination) {
			each, longest = p.Each, n
		}
	}
	return each * Money(max(1, s.Segments))
}

// account is what a send counts under for a cap; false when it does not fall
// under it.
func (c *Cap) account(s *Send) (a account, ok bool) {
	a = account{cap: c.Name}
	switch c.Tenant {
	case "":
	case Each:
		a.tenant = s.Tenant
	default:
		if a.tenant = s.Tenant; s.Tenant != c.Tenant {
			return a, false
		}
	}
	switch {
	case c.Destination == "":
	case c.Destination == Each:
		a.destination = s.Region
	case c.Destination[0] == '+':
		a.destination, ok = c.Destination, strings.HasPrefix(string(s.To), c.Destination)
		return a, ok
	default:
		a.destination, ok = c.Destination, c.Destination == s.Region
		return a, ok
	}
	return a, true
}

// Facts tells the cap that is nearest to its end, this send included.
func (b *Book) Facts(s *Send) (f fraud.Spend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.cfg.Caps) == 0 {
		return f
	}
	cost := b.cost(s)
	for i := range b.cfg.Caps {
		c := &b.cfg.Caps[i]
		a, ok := c.account(s)
		if !ok {
			continue
		}
		hour, day := b.counts[a].spent(s.At)
		for _, w := range [...]struct {
			name        string
			spent, most Money
		}{{"hour", hour, c.Hour}, {"day", day, c.Day}} {
			if w.most <= 0 {
				continue
			}
			if used := float64(w.spent+cost) / float64(w.most); used > f.Used {
				f = fraud.Spend{Cap: c.Name, Window: w.name, Used: used}
			}
		}
	}
	return f
}

// Add counts a send that was accepted, and returns its cost.
func (b *Book) Add(s *Send) Money {
	b.mu.Lock()
	defer b.mu.Unlock()
	cost := b.cost(s)
	for i := range b.cfg.Caps {
		a, ok := b.cfg.Caps[i].account(s)
		if !ok {
			continue
		}
		n := b.counts[a]
		if n == nil {
			if len(b.counts) >= maxAccounts {
				continue
			}
			n = &counter{}
			b.counts[account{a.cap, strings.Clone(a.tenant), strings.Clone(a.destination)}] = n
		}
		n.add(s.At, cost)
		b.changed++
	}
	return cost
}
