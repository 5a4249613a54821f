package gateway

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// sending is one send on its way to a decision. It is used again for another
// one: nothing may keep what it points at inside itself.
type sending struct {
	anew

	// The rest is written over by each send, whole, before it is read: clearing
	// it took 2 % of a send.
	number   numbering.Number
	keys     window.Send // what it was counted under
	velocity fraud.Velocity
	number0  store.NumberState
	tx       store.Tx // what the decision writes
	room     []byte   // for the facts as they are kept, when nobody has them any more
}

// anew is what every send begins with as nothing.
type anew struct {
	t       *Tenant
	r       *SendRequest
	policy  *fraud.Policy
	began   time.Time
	draft   draft
	counted *fraud.Velocity // counted once, however often the request starts over

	told     bool   // the controls have counted its decision
	kept     []byte // the facts that were decided on, as they are kept
	shadowed bool   // the shadow policies have it
	recorded bool   // the recorder has it

	content  store.Content
	code     store.Challenge
	accepted *Accepted // with the flight that is to be sent
	flight   *flight
	admitted int64 // octets of the queue that it holds
	together bool  // it is committed with others: see batch.go
}

var sendings = sync.Pool{New: func() any { return new(sending) }}

func (q *sending) release() {
	q.tx.Reset()
	q.anew = anew{}
	sendings.Put(q)
}

// keptSize is about what the facts of a send take as they are kept, in octets.
const keptSize = 192

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
	q := s.begin(t, r)
	defer q.release()
	if err := s.claim(ctx, q); err != nil {
		return nil, err
	}
	err := s.enter(q)
	if err == nil {
		err = s.decideAgain(ctx, q)
	}
	return q.accepted, s.answered(ctx, q, err)
}

func (s *Service) begin(t *Tenant, r *SendRequest) *sending {
	q := sendings.Get().(*sending)
	q.t, q.r, q.policy, q.began = t, r, s.policy(t), s.Now()
	return q
}

// claim takes the request's idempotency key; a *Replay is the answer it had before.
func (s *Service) claim(ctx context.Context, q *sending) error {
	a := q.r.Idempotency
	if a == nil {
		return nil
	}
	a.Tenant = q.t.ID
	stored, err := s.Store.Claim(ctx, a.Tenant, a.Key, a.Body, q.began)
	if err == nil && stored != nil {
		err = &Replay{Status: stored.Status, Body: stored.Response}
	}
	return err
}

// answered ends a send: it gives back what a refused one holds, keeps its answer
// where that is to be repeated, and counts it.
func (s *Service) answered(ctx context.Context, q *sending, err error) error {
	if err == nil {
		return nil
	}
	if q.admitted > 0 {
		s.Dispatcher.Unadmit(q.admitted)
	}
	if q.r.Idempotency != nil {
		err = s.settle(ctx, q.t, q.r, err)
	}
	var refused *Refusal
	if errors.As(err, &refused) {
		s.Metrics.refusals.WithLabelValues(string(refused.Code)).Inc()
		s.Watch.Refused(q.t.ID, subscriber.MSISDN(q.r.To), q.r.Purpose, refused)
	} else if errors.Is(err, store.ErrFull) {
		s.Metrics.refusals.WithLabelValues(string(CodeOverloaded)).Inc()
	}
	return err
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

// enter judges what needs no decision: the number, the text, and whether there is
// room.
func (s *Service) enter(q *sending) (err error) {
	t, r := q.t, q.r
	if q.number, err = parseNumber(r.To, t); err != nil {
		return err
	}
	if err := s.draft(q); err != nil {
		return err
	}
	if err := s.Store.Full(); err != nil {
		return err
	}
	if !q.policy.Observes() {
		if err := s.limits.allow(t, q.number.MSISDN, q.began); err != nil {
			return err
		}
	}
	size := flightSize(q.draft.text)
	if err := s.Dispatcher.Admit(size, r.Kind); err != nil {
		return &Refusal{Code: CodeOverloaded, Detail: err.Error() + "; try again shortly", RetryAfter: retryQueue}
	}
	q.admitted = size
	return nil
}

// decideAgain decides, and again while another request for the number comes between.
func (s *Service) decideAgain(ctx context.Context, q *sending) error {
	return retry(ctx, func() error { return s.decide(ctx, q) })
}

// decide gathers the facts, has the policy decide, and makes the outcome
// durable. It returns store.ErrConflict when another request for the number
// came between.
func (s *Service) decide(ctx context.Context, q *sending) error {
	ns, err := s.numberStateIn(ctx, q.t, q.number.MSISDN, &q.number0)
	if err != nil {
		return err
	}
	if err := optedOut(q.r.Kind, ns); err != nil {
		return err
	}
	if !q.policy.Observes() {
		b := otp.SendBlocked(ns, q.r.Purpose, s.Now())
		if err := s.onDisk(ctx, b.Hold); err != nil {
			return err
		}
		if err := blocked(b); err != nil {
			return err
		}
		if err := s.accountFrozen(ctx, q.t, q.r.AccountID); err != nil {
			return err
		}
	}
	g, err := s.gather(ctx, q, ns)
	if err != nil {
		return err
	}
	dec, err := s.judge(q, ns, g)
	g.release() // what follows waits for the disk
	tx := &q.tx
	switch {
	case err != nil:
	case dec.Freeze:
		err = s.freeze(ctx, q, ns, dec, tx)
	case dec.Kind == fraud.Review:
		err = s.review(ctx, q, ns, dec, tx)
	case dec.Kind != fraud.Allow:
		err = s.refuse(ctx, dec, tx)
	default:
		err = s.accept(ctx, q)
	}
	if q.accepted == nil && !errors.Is(err, store.ErrConflict) {
		s.refusedOutcome(q, &dec)
		s.Metrics.decided(&dec)
		s.appealable(q, err, &dec)
	}
	return err
}

// judge counts the send, has the policy decide, and lays out what an accepted one
// writes. It waits for nothing but its turn.
func (s *Service) judge(q *sending, ns *store.NumberState, g *gathered) (dec fraud.Decision, err error) {
	s.turns.begin()
	defer s.turns.end()
	s.count(q, ns, g)
	s.controlFacts(q, &g.facts)
	began := time.Now()
	dec = q.policy.Decide(&g.facts)
	s.Metrics.decision.Observe(time.Since(began).Seconds())
	q.kept, q.room = fraud.AppendFacts(slices.Grow(q.room[:0], keptSize), &g.facts), nil
	s.controlDecided(q, &dec)
	s.shadow(q, &g.facts, &dec)
	s.recordDecided(q, g, &dec)
	q.tx.Reset()
	q.tx.Identities = append(q.tx.Identities, g.observed...)
	if dec.Kind == fraud.Allow && !dec.Freeze {
		err = s.prepare(q, ns, g, dec)
	}
	return dec, err
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
	if !d.withRoom(f.plan, f.msg.Kind) {
		return &Refusal{Code: CodeOverloaded, Detail: "the queue of every carrier that serves the destination is full; try again shortly", RetryAfter: retryQueue}
	}
	f.step("routed", f.plan[0].Carrier, f.plan[0].Why, f.d.Timeline[0].At, 0)
	return nil
}
