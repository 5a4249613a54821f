package hlr

import "time"

// valid is the part of want for which a cached answer still counts, told or
// left out.
func (g *Gatherer) valid(src *source, r *result, c *call, want Field) (valid Field) {
	if r == nil {
		return 0
	}
	age := c.now.Sub(r.at)
	for i, one := range (want & src.fields).Each() {
		if age >= 0 && age < g.lifetime(r, i, one, c) {
			valid |= one
		}
	}
	return valid
}

func (g *Gatherer) lifetime(r *result, i int, one Field, c *call) time.Duration {
	ttl := g.ttl[i]
	switch t := &g.cfg.TTL; {
	case r.outside:
		ttl = min(ttl, t.NotCovered)
	case r.absent && (one&FieldIdentity != 0 || r.told&one == 0):
		ttl = min(ttl, t.Absent)
	case r.told&one == 0:
		ttl = min(ttl, t.Missing)
	case one == FieldPorted && c.now.Sub(r.sub.PortedAt) < recentPort:
		ttl = min(ttl, t.PortedRecent)
	}
	if one&c.need.aged() != 0 {
		ttl = min(ttl, c.need.IdentityMaxAge)
	}
	return ttl
}

// failed is the part of want that need not be asked again so soon after a
// failure.
func (g *Gatherer) failed(r *result, c *call, want Field) (failed Field) {
	if r == nil {
		return 0
	}
	age := c.now.Sub(r.at)
	if age >= 0 && age < g.cfg.TTL.Error {
		failed = want &^ c.need.aged()
		if age < c.need.IdentityMaxAge {
			failed = want
		}
	}
	return failed
}
