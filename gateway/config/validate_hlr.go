package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tollgate/fraud/numbering"
	"tollgate/hlr"
)

func (d *decoder) hlr(c *Config) {
	h := &c.HLR
	between(d, "hlr.budget", h.Budget, time.Millisecond, 10*time.Second)
	if h.Budget >= c.API.Timeout {
		d.addf("hlr.budget", "%v leaves nothing of api.timeout (%v)", h.Budget, c.API.Timeout)
	}
	between(d, "hlr.max_age", h.MaxAge, 0, 24*time.Hour)
	between(d, "hlr.max_cached", h.MaxCached, 0, 100_000_000)
	for path, is := range map[string]time.Duration{
		"line_type": h.TTL.LineType, "portability": h.TTL.Portability, "ported_recent": h.TTL.PortedRecent,
		"place": h.TTL.Place, "error": h.TTL.Error,
	} {
		between(d, "hlr.ttl."+path, is, 0, 365*24*time.Hour)
	}
	between(d, "hlr.ttl.identity", h.TTL.Identity, 0, 5*time.Minute) // older, and a swap would be missed
	h.name()
	names := map[string]string{}
	for i := range h.Providers {
		p, path := &h.Providers[i], fmt.Sprintf("hlr.providers[%d]", i)
		if d.hasProblem(path + ".url") {
			continue // what it would have set is missing: told once
		}
		d.unique(path+".name", p.Name, names)
		d.hlrProvider(p, path, c)
	}
}

func (d *decoder) hlrProvider(p *HLRProvider, path string, c *Config) {
	between(d, path+".timeout", p.Timeout, 0, time.Minute)
	between(d, path+".in_flight", p.InFlight, 0, 100_000)
	between(d, path+".per_second", p.PerSecond, 0, 1e6)
	between(d, path+".burst", p.Burst, 0, 1_000_000)
	between(d, path+".price", p.Price, 0, 1000)
	between(d, path+".failures", p.Failures, 0, 1_000_000)
	between(d, path+".cool_off", p.CoolOff, 0, time.Hour)
	for i, name := range p.Facts {
		if _, ok := hlr.ParseField(name); !ok {
			known := append(hlr.FieldAll.Names(), "identity", "place", "all")
			d.addf(fmt.Sprintf("%s.facts[%d]", path, i), "there is no fact %q%s", name, didYouMean(name, known))
		}
	}
	if p.EventsToken != "" && p.Kind != "camara" {
		d.addf(path+".events_token", "is for camara alone: nothing else pushes events")
	}
	for i, id := range p.Tenants {
		if !slices.ContainsFunc(c.Tenants, func(t Tenant) bool { return t.ID == id }) {
			d.addf(fmt.Sprintf("%s.tenants[%d]", path, i), "there is no tenant %q", id)
		}
	}
	for i, r := range p.Regions {
		if !numbering.HasRegion(r) {
			d.addf(fmt.Sprintf("%s.regions[%d]", path, i), "%q is no region: write an ISO 3166-1 code such as DE", r)
		}
	}
	for i, purpose := range p.Purposes {
		if purpose == "" || strings.ToLower(purpose) != purpose {
			d.addf(fmt.Sprintf("%s.purposes[%d]", path, i), "%q is no purpose: they are written like withdrawal", purpose)
		}
	}
}
