package config

import (
	"fmt"
	"slices"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// HLR is where subscriber facts come from.
type HLR struct {
	Budget    time.Duration `yaml:"budget"`  // all lookups of one send together
	MaxAge    time.Duration `yaml:"max_age"` // of a cached identity, for purposes that allow one
	TTL       HLRTTL        `yaml:"ttl"`
	MaxCached int           `yaml:"max_cached"` // numbers
	Cells     string        `yaml:"cells"`      // a file of where cells stand
	Providers []HLRProvider `yaml:"providers"`  // in the order of priority
}

// HLRTTL says how long each kind of fact is taken from the cache.
type HLRTTL struct {
	LineType     time.Duration `yaml:"line_type"`
	Portability  time.Duration `yaml:"portability"`
	PortedRecent time.Duration `yaml:"ported_recent"`
	Identity     time.Duration `yaml:"identity"`
	Place        time.Duration `yaml:"place"`
	Error        time.Duration `yaml:"error"`
}

// HLRProvider is one source of subscriber facts and how it is asked.
type HLRProvider struct {
	URL        string        `yaml:"url"`
	Name       string        `yaml:"name"`  // of metrics; missing: its kind
	Facts      []string      `yaml:"facts"` // take only these from it
	Tenants    []string      `yaml:"tenants"`
	Purposes   []string      `yaml:"purposes"`
	Regions    []string      `yaml:"regions"`
	Fallback   bool          `yaml:"fallback"` // asked for what the others left open
	Timeout    time.Duration `yaml:"timeout"`
	InFlight   int           `yaml:"in_flight"`
	PerSecond  float64       `yaml:"per_second"`
	Burst      int           `yaml:"burst"`
	Price      float64       `yaml:"price"` // of one lookup
	Hedge      *bool         `yaml:"hedge"` // missing: yes
	Failures   int           `yaml:"failures"`
	CoolOff    time.Duration `yaml:"cool_off"`
	Secret     Secret        `yaml:"secret"` // of kinds that need one
	SecretFile string        `yaml:"secret_file"`
	// EventsToken is what the network of a camara provider shows when it
	// pushes an event; without one there is nowhere to push to.
	EventsToken     Secret `yaml:"events_token"`
	EventsTokenFile string `yaml:"events_token_file"`
	// Routing maps what an ENUM tree writes of a number's new network, a
	// routing number such as D235 or spn:4711, to that network.
	Routing  map[string]subscriber.PLMN `yaml:"routing"`
	Provider `yaml:"-"`
}

// Add appends a provider that is told by its URL alone.
func (h *HLR) Add(url string) error {
	p, err := ParseProviderURL(url)
	if err != nil {
		return err
	}
	h.Providers = append(h.Providers, HLRProvider{URL: url, Provider: p})
	h.name()
	return nil
}

// name gives each provider without a name that of its kind, numbered from the
// second one on.
func (h *HLR) name() {
	taken := func(name string) bool {
		return slices.ContainsFunc(h.Providers, func(p HLRProvider) bool { return p.Name == name })
	}
	for i := range h.Providers {
		p := &h.Providers[i]
		if p.Name != "" || p.Kind == "" {
			continue
		}
		name := p.Kind
		for n := 2; taken(name); n++ {
			name = fmt.Sprintf("%s-%d", p.Kind, n)
		}
		p.Name = name
	}
}

// Fields is the set of facts that it may tell; 0 is all.
func (p *HLRProvider) Fields() (f hlr.Field) {
	for _, name := range p.Facts {
		one, _ := hlr.ParseField(name) // judged by validate
		f |= one
	}
	return f
}

// Asking is how the provider is asked, all but the provider itself.
func (p *HLRProvider) Asking() hlr.ProviderConfig {
	return hlr.ProviderConfig{
		Name: p.Name, Fields: p.Fields(), Scope: hlr.Scope{Tenants: p.Tenants, Purposes: p.Purposes, Regions: p.Regions},
		Fallback: p.Fallback, Timeout: p.Timeout, MaxInFlight: p.InFlight, PerSecond: p.PerSecond, Burst: p.Burst,
		Price: p.Price, NoHedge: p.Hedge != nil && !*p.Hedge, Failures: p.Failures, CoolOff: p.CoolOff,
	}
}

// Gathering is the section without its providers.
func (h *HLR) Gathering() hlr.Config {
	t := &h.TTL
	return hlr.Config{Budget: h.Budget, MaxEntries: h.MaxCached, TTL: hlr.TTLs{
		LineType: t.LineType, Portability: t.Portability, PortedRecent: t.PortedRecent,
		Identity: t.Identity, Place: t.Place, Error: t.Error,
	}}
}
