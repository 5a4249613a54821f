package hlr

import "time"

// merge adds one provider's facts to the answer. Parts come in the order of
// priority: what an earlier one told stays.
func (g *Gatherer) merge(a *Answer, p *part, c *call, now time.Time) {
	r, told := p.res, Field(0)
	switch {
	case r != nil && r.err == nil:
		told = r.told
	case p.have.good != nil:
		r = p.have.good
		told = r.told & g.valid(p.src, r, c, p.want|r.told)
	default:
		r = nil
	}
	if r != nil && r.outside && p.err == nil {
		return
	}
	a.Asked |= p.want | told
	s := Source{Provider: p.src.name, Asked: p.want | told, Fields: told, Err: p.err}
	if r != nil {
		s.Age, s.Latency, s.Cached = now.Sub(r.at), r.took, r != p.res
		s.Conflict = a.add(r, told, s.Provider)
		s.told = r
	} else if p.res != nil {
		s.Age, s.Latency = now.Sub(p.res.at), p.res.took
	} else if p.flight != nil {
		s.Age = now.Sub(p.flight.start)
		s.Latency = s.Age
	}
	a.Sources = append(a.Sources, s)
}

// add takes the facts that no earlier source told and returns those on which
// this one contradicts.
func (a *Answer) add(r *result, told Field, by string) (conflict Field) {
	for _, one := range told.Each() {
		if a.Known&one != 0 {
			if differs(&a.Subscriber, &r.sub, one) {
				conflict |= one
			}
			continue
		}
		if one == FieldICCID && a.Absent {
			continue // the SIM of a number that the network does not know is no fact
		}
		a.take(&r.sub, one)
		a.Known |= one
		if one&FieldIdentity != 0 {
			a.dateIdentity(r)
			if a.IdentityBy == "" {
				a.IdentityBy = by
			}
		}
	}
	return conflict
}

// dateIdentity keeps the oldest of the lookups that the identity came from.
func (a *Answer) dateIdentity(r *result) {
	if a.IdentityAt.IsZero() || r.at.Before(a.IdentityAt) {
		a.IdentityAt, a.IdentityDone = r.at, r.at.Add(r.took)
	}
}
