package gateway

import (
	"context"

	"tollgate/fraud"
	"tollgate/gateway/otp"
)

// Score decides on a number without sending, counting or keeping anything,
// and shows the facts it decided by.
func (s *Service) Score(ctx context.Context, t *Tenant, r *SendRequest) (*ScoreResult, error) {
	q := &sending{anew: anew{t: t, r: r, policy: s.policy(t), began: s.Now(), counted: &fraud.Velocity{}}}
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
	s.count(q, ns, g)
	s.controlFacts(q, &g.facts)
	res := &ScoreResult{To: q.number.MSISDN, Decision: q.policy.Decide(&g.facts), Facts: s.FactsOf(&q.number, &g.facts, g.answer)}
	if b := otp.SendBlocked(ns, "", s.Now()); b.Hold != nil {
		res.Held, res.Review = b.Refusal.String(), b.Hold.Review
	}
	return res, nil
}
