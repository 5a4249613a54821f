package gateway

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// gathered is everything known of a send at the moment of its decision.
type gathered struct {
	facts    fraud.Facts
	answer   *hlr.Answer       // nil when no provider is configured
	observed []*store.Identity // identity records that the answers changed
}

// networkSource names the identity records that the network told;
// tenantSource those that one tenant's device blocks told.
const networkSource = "network"

func tenantSource(t *Tenant) string { return "tenant:" + t.ID }

// gather asks the network within the budget, folds what it says into the
// identity of record, counts the send, and lays out the facts.
func (s *Service) gather(ctx context.Context, q *sending, ns *store.NumberState) (*gathered, error) {
	g := &q.facts
	*g = gathered{observed: g.observed[:0]}
	s.numberFacts(q, g)
	if s.Facts.Enabled() {
		if err := s.networkFacts(ctx, q, ns, g); err != nil {
			return nil, err
		}
	}
	if err := s.claimedFacts(ctx, q, ns, g); err != nil {
		return nil, err
	}
	if q.counted == nil {
		q.velocity = s.Velocity.Send(s.velocityKeys(q))
		q.counted = &q.velocity
	}
	g.facts.Velocity = *q.counted
	s.historyFacts(q, ns, g)
	return g, nil
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

// velocityKeys names what a send is counted under. A device is counted under
// a plain hash: it lives in memory only.
func (s *Service) velocityKeys(q *sending) window.Send {
	k := window.Send{At: q.began, Tenant: q.t.ID, To: q.number.MSISDN}
	if q.r.Context.IP != "" {
		k.IP, _ = netip.ParseAddr(q.r.Context.IP)
	}
	if d := q.r.Context.DeviceID; d != "" {
		k.Device = max(1, xxhash.Sum64String(q.t.ID+"/"+d))
	}
	return k
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
	rec, err := s.identity(ctx, networkSource, q.number.MSISDN)
	if err != nil {
		return err
	}
	g.observe(rec, a, q.began, s.observer())
	f := &g.facts
	f.Lookup = lookupFacts(a, q.began)
	if f.Lookup.Identity == fraud.NotAsked && a.Asked&hlr.FieldIdentity != 0 && rec.Known() {
		f.Lookup.Identity = fraud.Unknown // the SIM was told before, and is withheld now
	}
	lineFacts(q.t, a, f)
	portFacts(q.began, a, f)
	changeFacts(rec.Record, q.began, ns.AcknowledgedAt, f)
	f.SIM.Dated, f.Device.Dated = dated(a.SIMChange, q.began, ns.JudgedAt), dated(a.DeviceChange, q.began, ns.JudgedAt)
	f.SIM.Vanished = a.Absent && rec.Knew(a.IdentityBy)
	if f.SIM.Recycled.Changed = !a.RecycledAt.IsZero() && a.RecycledAt.After(ns.VerifiedAt) && ns.Verified > 0; f.SIM.Recycled.Changed {
		f.SIM.Recycled.Min = age(q.began, a.RecycledAt)
		f.SIM.Recycled.Max = f.SIM.Recycled.Min
	}
	return nil
}

func (s *Service) observer() hlr.Observer { return hlr.Observer{Hasher: s.Keys, Cells: s.Cells} }

// lookupFacts says how far the answer can be relied on.
func lookupFacts(a *hlr.Answer, now time.Time) fraud.Lookup {
	l := fraud.Lookup{
		Identity: known(a, hlr.FieldIdentity), Porting: known(a, hlr.FieldPorted), Location: known(a, hlr.FieldLocation|hlr.FieldVLR),
		Roaming: known(a, hlr.FieldRoaming), Reach: known(a, hlr.FieldReachable), LineType: known(a, hlr.FieldLineType),
		Absent: a.Absent, Age: age(now, a.IdentityAt),
	}
	if disputed := a.Disputed(); disputed != 0 {
		l.Disputed = disputed.String()
	}
	return l
}

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

// known grades a group of facts. Unknown is what was asked of a provider that
// failed; one that answered and left the fact out does not tell it, and
// cannot be waited for.
func known(a *hlr.Answer, f hlr.Field) fraud.Known {
	if a.Known&f != 0 {
		return fraud.Yes
	}
	for i := range a.Sources {
		if s := &a.Sources[i]; s.Asked&f != 0 && s.Err != nil {
			return fraud.Unknown
		}
	}
	return fraud.NotAsked
}

func age(now, at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return max(0, now.Sub(at))
}

func lineFacts(t *Tenant, a *hlr.Answer, f *fraud.Facts) {
	if a.LineType != "" {
		f.Number.LineType = fraud.LineType(a.LineType)
	}
	f.Number.PLMN = a.Home
	if f.Number.PLMN == "" {
		f.Number.PLMN = a.PLMN
	}
	if n, ok := numbering.NetworkOf(f.Number.PLMN); ok {
		f.Number.MVNO = n.MVNO
	}
	f.Location.Country = numbering.CountryOfMCC(a.PLMN.MCC())
	if len(t.Networks) > 0 && f.Number.PLMN != "" {
		f.Number.CarrierAllowed = slices.Contains(t.Networks, f.Number.PLMN)
	}
	f.Location.Roaming = a.Roaming != nil && *a.Roaming || a.Roaming == nil && a.Home != "" && a.PLMN != "" && a.Home.MCC() != a.PLMN.MCC()
	f.Location.Unreachable = a.Reachable != nil && !*a.Reachable
	f.Location.CallForwarding = a.CallForwarding != nil && *a.CallForwarding
}

func portFacts(now time.Time, a *hlr.Answer, f *fraud.Facts) {
	f.Porting.Ported = a.Ported != nil && *a.Ported || !a.PortedAt.IsZero()
	if !a.PortedAt.IsZero() {
		f.Porting.Dated, f.Porting.Since = true, age(now, a.PortedAt)
	}
}

// changeFacts reads the changes that no review has acknowledged.
func changeFacts(h hlr.Record, now, ack time.Time, f *fraud.Facts) {
	change := func(field hlr.Field) (a fraud.Age) {
		a.Min, a.Max, a.Changed = h.Change(field, now, ack)
		return a
	}
	f.SIM.IMSI, f.SIM.ICCID = change(hlr.FieldIMSI), change(hlr.FieldICCID)
	f.Device.IMEI = change(hlr.FieldIMEI)
	f.Location.Cell, f.Location.VLR, f.Location.Network = change(hlr.FieldLocation), change(hlr.FieldVLR), change(hlr.FieldNetwork)
	f.Location.Sudden = h.Sudden(now, ack)
	f.SIM.VanishedNew = h.VanishedBefore(ack)
}

// dated is a change that the network dates itself.
func dated(c hlr.LastChange, now, judged time.Time) (a fraud.Age) {
	a.Min, a.Max, a.Changed = c.Age(now, judged)
	return a
}

// claimedFacts compares what the tenant's app read from the handset with that
// tenant's own earlier claims, and with nothing else.
func (s *Service) claimedFacts(ctx context.Context, q *sending, ns *store.NumberState, g *gathered) error {
	claim := q.r.Context.Device
	if claim == nil {
		return nil
	}
	rec, err := s.identity(ctx, tenantSource(q.t), q.number.MSISDN)
	if err != nil {
		return err
	}
	a := &hlr.Answer{Subscriber: hlr.Subscriber{Identity: *claim}, IdentityAt: q.began, Known: claimedFields(claim)}
	a.Asked, a.Sources = a.Known, []hlr.Source{{Provider: rec.Source, Fields: a.Known}}
	g.observe(rec, a, q.began, s.observer())
	change := func(field hlr.Field) (c fraud.Age) {
		c.Min, c.Max, c.Changed = rec.Change(field, q.began, ns.AcknowledgedAt)
		return c
	}
	f := &g.facts
	f.SIM.TenantIMSI, f.SIM.TenantICCID, f.Device.TenantIMEI = change(hlr.FieldIMSI), change(hlr.FieldICCID), change(hlr.FieldIMEI)
	return nil
}

func claimedFields(c *subscriber.Identity) (f hlr.Field) {
	for _, x := range []struct {
		told bool
		bit  hlr.Field
	}{{c.IMSI != "", hlr.FieldIMSI}, {c.ICCID != "", hlr.FieldICCID}, {c.IMEI != "", hlr.FieldIMEI}, {c.LAC != 0 || c.CID != 0, hlr.FieldLocation}} {
		if x.told {
			f |= x.bit
		}
	}
	return f
}

// historyFacts is what an earlier approval is worth now.
func (s *Service) historyFacts(q *sending, ns *store.NumberState, g *gathered) {
	h := &g.facts.History
	h.Verified, h.SinceVerified = ns.Verified, age(q.began, ns.VerifiedAt)
	if !ns.VerifiedIMSI.IsZero() && g.answer != nil && g.answer.IMSI != "" {
		h.SameIdentity = s.Keys.Matches(ns.VerifiedIMSI, "imsi", g.answer.IMSI)
	}
	if d := q.r.Context.DeviceID; d != "" && !ns.VerifiedDevice.IsZero() {
		h.SameDevice = s.Keys.Matches(ns.VerifiedDevice, "device", q.t.ID+"/"+d)
	}
	h.SinceFirstSeen = age(q.began, ns.FirstSeen)
}
