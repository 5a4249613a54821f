package gateway

import (
	"context"
	"slices"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/facts"
	"tollgate/gateway/store"
	"tollgate/hlr"
)

// gathered is everything known of a send at the moment of its decision.
type gathered struct {
	facts    fraud.Facts
	answer   *hlr.Answer       // nil when no provider is configured
	record   hlr.Record        // what the network told so far, with the answer folded in
	observed []*store.Identity // identity records that the answers changed
}

// Facts are most of what a send needs in memory, and only until it is decided: those
// that wait for the disk, hundreds or a batch of a thousand, must not hold them, else
// the processor's cache holds nothing that comes next.
var gatherings = sync.Pool{New: func() any { return new(gathered) }}

func newGathered() *gathered {
	g := gatherings.Get().(*gathered)
	*g = gathered{observed: g.observed[:0]}
	return g
}

// release ends the use of g; what it points at stays.
func (g *gathered) release() {
	clear(g.observed)
	gatherings.Put(g)
}

// gather asks the network within the budget, folds what it says into the
// identity of record, and lays out the facts; count adds the rest. Who has many sends
// releases what it returns.
func (s *Service) gather(ctx context.Context, q *sending, ns *store.NumberState) (*gathered, error) {
	g := newGathered()
	s.numberFacts(q, g)
	if s.Facts.Enabled() {
		if err := s.networkFacts(ctx, q, ns, g); err != nil {
			return nil, err
		}
	}
	if err := s.claimedFacts(ctx, q, ns, g); err != nil {
		return nil, err
	}
	return g, nil
}

// count adds what we have been through with the number, and counts the send.
func (s *Service) count(q *sending, ns *store.NumberState, g *gathered) {
	s.historyFacts(q, ns, g)
	if q.counted == nil {
		q.keys = s.velocityKeys(q, &g.facts)
		s.Velocity.Send(&q.keys, &q.velocity)
		q.counted = &q.velocity
	}
	g.facts.Velocity = *q.counted
}

func (s *Service) numberFacts(q *sending, g *gathered) {
	f, n := &g.facts, q.number
	f.At, f.Tenant, f.Purpose = q.began, q.t.ID, q.r.Purpose
	f.Number = s.Tables.Number(&n)
	f.Number.RegionAllowed = len(q.t.Regions) == 0 || slices.Contains(q.t.Regions, n.Region)
	f.Client = s.client(&q.r.Context)
	if a := q.r.Assurance; a != nil {
		f.Assurance = fraud.Assurance{Factor: a.Factor, Age: max(0, q.began.Sub(a.VerifiedAt))}
	}
}

// networkFacts asks the providers. For sensitive purposes the identity is
// always looked up after the request came.
func (s *Service) networkFacts(ctx context.Context, q *sending, ns *store.NumberState, g *gathered) error {
	need := hlr.Need{
		Fields: ^hlr.Field(0), Budget: s.cfg.LookupBudget,
		Tenant: q.t.ID, Purpose: q.r.Purpose, Region: q.number.Region,
	}
	if !q.policy.Sensitive(q.r.Purpose) {
		need.IdentityMaxAge = s.cfg.IdentityMaxAge
	}
	a := s.Facts.Gather(ctx, q.number.MSISDN, need)
	g.answer = a
	rec, err := s.identity(ctx, facts.NetworkSource, q.number.MSISDN)
	if err != nil {
		return err
	}
	g.observe(rec, a, q.began, s.observer())
	g.record = rec.Record
	n := facts.Network{Answer: a, Record: rec.Record, Networks: q.t.Networks}
	n.Into(&g.facts, past(ns))
	return nil
}

func (s *Service) observer() hlr.Observer { return hlr.Observer{Hasher: s.Keys, Cells: s.Cells} }

// observe folds an answer into an identity record and notes whether the
// record must be stored.
func (g *gathered) observe(rec *store.Identity, a *hlr.Answer, now time.Time, ob hlr.Observer) {
	next, changed := rec.Observe(a, now, ob)
	rec.Record = next
	if changed {
		rec.Rev++
		g.observed = append(g.observed, rec)
	}
}

// claimedFacts compares what the tenant's app read from the handset with that
// tenant's own earlier claims, and with nothing else.
func (s *Service) claimedFacts(ctx context.Context, q *sending, ns *store.NumberState, g *gathered) error {
	claim := q.r.Context.Device
	if claim == nil {
		return nil
	}
	rec, err := s.identity(ctx, facts.TenantSource(q.t.ID), q.number.MSISDN)
	if err != nil {
		return err
	}
	g.observe(rec, facts.ClaimAnswer(claim, rec.Source, q.began), q.began, s.observer())
	facts.ClaimInto(&g.facts, rec.Record, past(ns))
	return nil
}

// historyFacts is what an earlier approval is worth now.
func (s *Service) historyFacts(q *sending, ns *store.NumberState, g *gathered) {
	sameIdentity, sameDevice := false, false
	if !ns.VerifiedIMSI.IsZero() && g.answer != nil && g.answer.IMSI != "" {
		sameIdentity = s.Keys.Matches(ns.VerifiedIMSI, "imsi", g.answer.IMSI)
	}
	if d := q.r.Context.DeviceID; d != "" && !ns.VerifiedDevice.IsZero() {
		sameDevice = s.Keys.Matches(ns.VerifiedDevice, "device", q.t.ID+"/"+d)
	}
	facts.HistoryInto(&g.facts, past(ns), sameIdentity, sameDevice)
}

func past(ns *store.NumberState) *facts.Past {
	return &facts.Past{
		FirstSeen: ns.FirstSeen, Verified: ns.Verified, VerifiedAt: ns.VerifiedAt,
		AcknowledgedAt: ns.AcknowledgedAt, JudgedAt: ns.JudgedAt,
	}
}
