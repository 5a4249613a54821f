package gateway

import (
	"context"
	"errors"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// sending is one send on its way to a decision.
type sending struct {
	t       *Tenant
	r       *SendRequest
	policy  *fraud.Policy
	began   time.Time
	number  numbering.Number
	draft   draft
	keys    window.Send     // what it was counted under
	counted *fraud.Velocity // counted once, however often the request starts over
}

// draft is the message as it will be accepted.
type draft struct {
	id      store.ID
	code    string
	text    string
	expires time.Time
}

// Send decides a send and, where it is allowed, makes it durable. It answers
// with an *Accepted once the message is on disk; a *Refusal tells why not; a
// *Replay repeats the answer to an earlier request of the same
// Idempotency-Key.
func (s *Service) Send(ctx context.Context, t *Tenant, r *SendRequest) (*Accepted, error) {
	began := s.Now()
	if r.Idempotency != nil {
		a := r.Idempotency
		a.Tenant = t.ID
		stored, err := s.Store.Claim(ctx, t.ID, a.Key, a.Body, began)
		if err != nil {
			return nil, err
		}
		if stored != nil {
			return nil, &Replay{Status: stored.Status, Body: stored.Response}
		}
	}
	acc, err := s.send(ctx, t, r, began)
	if err != nil && r.Idempotency != nil {
		err = s.settle(ctx, t, r, err)
	}
	var refused *Refusal
	if errors.As(err, &refused) {
		s.Metrics.refusals.WithLabelValues(string(refused.Code)).Inc()
		s.Watch.Refused(t.ID, subscriber.MSISDN(r.To), r.Purpose, refused)
	} else if errors.Is(err, store.ErrFull) {
		s.Metrics.refusals.WithLabelValues(string(CodeOverloaded)).Inc()
	}
	return acc, err
}

// settle keeps a refusal that repeats the same for the same request (403 and
// 422), and gives the key back for all others.
func (s *Service) settle(ctx context.Context, t *Tenant, r *SendRequest, refused error) error {
	status, body := r.Render(nil, refused)
	if status != 403 && status != 422 {
		s.Store.Release(t.ID, r.Idempotency.Key)
		return refused
	}
	a := *r.Idempotency
	a.Status, a.Response, a.At = status, body, s.Now()
	if err := s.commit(ctx, &store.Tx{Answers: []*store.Answer{&a}}); err != nil {
		s.Store.Release(t.ID, a.Key)
		return err
	}
	return refused
}

func (s *Service) send(ctx context.Context, t *Tenant, r *SendRequest, began time.Time) (acc *Accepted, err error) {
	q := &sending{t: t, r: r, policy: s.policy(t), began: began}
	if q.number, err = parseNumber(r.To, t); err != nil {
		return nil, err
	}
	if err := s.draft(q); err != nil {
		return nil, err
	}
	if err := s.Store.Full(); err != nil {
		return nil, err
	}
	if !q.policy.Observes() {
		if err := s.limits.allow(t, q.number.MSISDN, began); err != nil {
			return nil, err
		}
	}
	size := flightSize(q.draft.text)
	if s.Dispatcher.Admit(size) != nil {
		return nil, &Refusal{Code: CodeOverloaded, Detail: "the queue is full; try again shortly", RetryAfter: 2 * time.Second}
	}
	err = retry(ctx, func() error { acc, err = s.decide(ctx, q); return err })
	if err != nil {
		s.Dispatcher.Unadmit(size)
	}
	return acc, err
}

// decide gathers the facts, has the policy decide, and makes the outcome
// durable. It starts over when another request for the number came between.
func (s *Service) decide(ctx context.Context, q *sending) (*Accepted, error) {
	ns, err := s.numberState(ctx, q.t, q.number.MSISDN)
	if err != nil {
		return nil, err
	}
	if err := optedOut(q.r.Kind, ns); err != nil {
		return nil, err
	}
	if !q.policy.Observes() {
		b := otp.SendBlocked(ns, q.r.Purpose, s.Now())
		if err := s.onDisk(ctx, b.Hold); err != nil {
			return nil, err
		}
		if err := blocked(b); err != nil {
			return nil, err
		}
		if err := s.accountFrozen(ctx, q.t, q.r.AccountID); err != nil {
			return nil, err
		}
	}
	g, err := s.gather(ctx, q, ns)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	dec := q.policy.Decide(&g.facts)
	s.Metrics.decision.Observe(time.Since(began).Seconds())
	tx := &store.Tx{Identities: g.observed}
	switch {
	case dec.Freeze:
		err = s.freeze(ctx, q, ns, dec, tx)
	case dec.Kind == fraud.Review:
		err = s.review(ctx, q, ns, dec, tx)
	case dec.Kind != fraud.Allow:
		err = s.refuse(ctx, dec, tx)
	default:
		acc, err := s.accept(ctx, q, ns, g, dec, tx)
		if err == nil {
			s.Metrics.decided(&dec)
		}
		return acc, err
	}
	if !errors.Is(err, store.ErrConflict) {
		s.refusedOutcome(q, &dec)
		s.Metrics.decided(&dec)
	}
	return nil, err
}

// plan chooses the carriers for an accepted message: which and why stands in the
// timeline that is committed.
func (s *Service) plan(f *flight) (err error) {
	d := s.Dispatcher
	if f.plan = d.router.Plan(f.msg.To, f.msg.PLMN); len(f.plan) == 0 {
		return &Refusal{Code: CodeUnsupportedCarrier, Field: "to", Detail: "no carrier serves this destination"}
	}
	if len(d.codings) > 1 { // else the draft has shown that all can write it
		if f.plan, err = d.fit(f.plan, f.text); err != nil {
			return textError(err, d.cfg.MaxParts)
		}
	}
	f.step("routed", f.plan[0].Carrier, f.plan[0].Why, s.Now(), 0)
	return nil
}
