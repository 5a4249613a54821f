package gateway

import (
	"context"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/gateway/otp"
	"tollgate/hlr"
)

// Score decides on a number without sending, counting or keeping anything,
// and shows the facts it decided by.
func (s *Service) Score(ctx context.Context, t *Tenant, r *SendRequest) (*ScoreResult, error) {
	q := &sending{t: t, r: r, policy: s.policy(t), began: s.Now(), counted: &fraud.Velocity{}}
	if r.Purpose == "" {
		r.Purpose = "login"
	}
	var err error
	if q.number, err = parseNumber(r.To, t); err != nil {
		return nil, err
	}
	ns, err := s.numberState(ctx, t, q.number.MSISDN)
	if err != nil {
		return nil, err
	}
	g, err := s.gather(ctx, q, ns)
	if err != nil {
		return nil, err
	}
	res := &ScoreResult{To: q.number.MSISDN, Decision: q.policy.Decide(&g.facts), Facts: FactsOf(&q.number, &g.facts.Number, g.answer)}
	if b := otp.SendBlocked(ns, "", s.Now()); b.Hold != nil {
		res.Held, res.Review = b.Refusal.String(), b.Hold.Review
	}
	return res, nil
}

// FactsOf lists what the digits and the lists tell of a number, then what the
// network told: the one view that the API and `tollgate lookup` share. a may
// be nil.
func FactsOf(n *numbering.Number, f *fraud.Number, a *hlr.Answer) []Fact {
	list := []Fact{
		{Name: "region", Value: f.Region, Source: "numbering"},
		{Name: "line_type", Value: string(n.LineType), Source: "numbering"},
		{Name: "range", Value: f.Range, Source: "numbering"},
		{Name: "disposable", Value: f.Disposable, Source: "disposable"},
	}
	if n.Carrier != "" {
		list = append(list, Fact{Name: "original_carrier", Value: n.Carrier, Source: "numbering"})
	}
	if n.PLMN != "" {
		list = append(list, Fact{Name: "original_network", Value: string(n.PLMN), Source: "numbering"})
	}
	if a == nil {
		return list
	}
	for _, f := range a.Facts() {
		list = append(list, networkFact(f))
	}
	return list
}

func networkFact(f hlr.Fact) Fact {
	out := Fact{Name: f.Name, Source: f.Source, Age: f.Age, Latency: f.Latency, Cached: f.Cached, Disputed: f.Disputed}
	if f.Known {
		out.Value = f.Value
	}
	if f.Err != nil {
		out.Error = f.Err.Error()
	}
	return out
}
