package gateway

import (
	"context"

	"tollgate/fraud"
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
	return &ScoreResult{To: q.number.MSISDN, Decision: q.policy.Decide(&g.facts), Facts: facts(q, g)}, nil
}

// facts lists what the digits tell, then what the network told.
func facts(q *sending, g *gathered) []Fact {
	n := &g.facts.Number
	list := []Fact{
		{Name: "region", Value: n.Region, Source: "numbering"},
		{Name: "line_type", Value: string(q.number.LineType), Source: "numbering"},
		{Name: "range", Value: n.Range, Source: "numbering"},
		{Name: "disposable", Value: n.Disposable, Source: "disposable"},
	}
	if n.OriginalCarrier != "" {
		list = append(list, Fact{Name: "original_carrier", Value: n.OriginalCarrier, Source: "numbering"})
	}
	if g.answer == nil {
		return list
	}
	for _, f := range g.answer.Facts() {
		list = append(list, networkFact(f))
	}
	return list
}

func networkFact(f hlr.Fact) Fact {
	out := Fact{Name: f.Name, Source: f.Source, Age: f.Age, Latency: f.Latency}
	if f.Known {
		out.Value = f.Value
	}
	if f.Err != nil {
		out.Error = f.Err.Error()
	}
	return out
}
