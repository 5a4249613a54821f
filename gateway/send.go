package gateway

import (
	"context"
	"errors"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/gateway/account"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr"
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
	if !q.policy.Observes() {
		if err := blocked(otp.SendBlocked(ns, q.r.Purpose, s.Now())); err != nil {
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
		acc, err := s.accept(ctx, q, g, dec, tx)
		if err == nil {
			s.Metrics.decided(&dec)
		}
		return acc, err
	}
	if !errors.Is(err, store.ErrConflict) {
		s.Metrics.decided(&dec)
	}
	return nil, err
}

// refuse answers block and step_up. What the lookup showed is kept all the
// same: the next decision builds on it.
func (s *Service) refuse(ctx context.Context, dec fraud.Decision, tx *store.Tx) error {
	if len(tx.Identities) > 0 {
		if err := s.commit(ctx, tx); err != nil {
			return err
		}
	}
	r := &Refusal{Code: CodeBlocked, Decision: &dec, Detail: "the number or the request cannot be trusted"}
	switch {
	case dec.Refusal != "":
		r.Code, r.Detail = Code(dec.Refusal), "the destination is not served"
	case dec.Kind == fraud.StepUp:
		r.Code, r.Detail = CodeStepUp, "verify the user by another factor and send again with \"assurance\""
	}
	return r
}

// review opens a question to a person, once per number, and refuses the send.
func (s *Service) review(ctx context.Context, q *sending, ns *store.NumberState, dec fraud.Decision, tx *store.Tx) error {
	id := ns.OpenReview
	var opened *store.Review
	if id.IsZero() || !s.stillOpen(ctx, id) {
		var err error
		if id, err = s.newID(q.number.MSISDN, s.Now()); err != nil {
			return err
		}
		opened = account.OpenReview(account.Opening{
			ID: id, Kind: store.ReviewDecision, Tenant: q.t.ID, To: q.number.MSISDN,
			AccountID: q.r.AccountID, Purpose: q.r.Purpose, Decision: dec, At: s.Now(),
		})
		ns.OpenReview = id
		ns.Rev++
		tx.Reviews, tx.Numbers = append(tx.Reviews, opened), append(tx.Numbers, ns)
	}
	if err := s.commit(ctx, tx); err != nil {
		return err
	}
	if opened != nil {
		s.reviewEvent(q.t, "review.opened", opened)
	}
	return &Refusal{Code: CodeReview, Decision: &dec, Review: id, Detail: "a person must decide; resolve the review and send again"}
}

func (s *Service) stillOpen(ctx context.Context, id store.ID) bool {
	r, err := s.Store.Review(ctx, id)
	return err == nil && r.Open()
}

// freeze stops the number for this tenant until its review is resolved; it is
// on disk before anybody is told.
func (s *Service) freeze(ctx context.Context, q *sending, ns *store.NumberState, dec fraud.Decision, tx *store.Tx) error {
	id, err := s.newID(q.number.MSISDN, s.Now())
	if err != nil {
		return err
	}
	review := account.OpenReview(account.Opening{
		ID: id, Kind: store.ReviewFreeze, Tenant: q.t.ID, To: q.number.MSISDN,
		AccountID: q.r.AccountID, Purpose: q.r.Purpose, Decision: dec, At: s.Now(),
	})
	account.Freeze(ns, review)
	ns.Rev++
	tx.Reviews, tx.Numbers = append(tx.Reviews, review), append(tx.Numbers, ns)
	if err := s.commit(ctx, tx); err != nil {
		return err
	}
	s.Metrics.freezes.Inc()
	s.reviewEvent(q.t, "number.frozen", review)
	s.reviewEvent(q.t, "review.opened", review)
	return &Refusal{Code: CodeFrozen, Decision: &dec, Review: id, Detail: frozenDetail}
}

const (
	frozenDetail = "the number's SIM has changed; it is frozen until the review is resolved"
	lockedDetail = "too many wrong codes; the number is locked until the review is resolved"
)

// blocked turns what stands in the way of a send or a check into a refusal.
func blocked(b otp.Blocked) error {
	switch b.Refusal {
	case otp.Frozen:
		return &Refusal{Code: CodeFrozen, Decision: &b.Hold.Decision, Review: b.Hold.Review, Detail: frozenDetail}
	case otp.Locked:
		return &Refusal{Code: CodeLocked, Decision: &b.Hold.Decision, Review: b.Hold.Review, Detail: lockedDetail}
	case otp.Cooldown:
		return &Refusal{Code: CodeCooldown, RetryAfter: b.RetryAfter, Detail: "a wrong or expired code was entered; wait before the next attempt"}
	}
	return nil
}

// accept writes the message and its decision in one commit and hands it to
// the dispatcher.
func (s *Service) accept(ctx context.Context, q *sending, g *gathered, dec fraud.Decision, tx *store.Tx) (*Accepted, error) {
	f := s.newFlight(q, g, dec)
	if err := s.plan(f); err != nil {
		return nil, err
	}
	tx.Messages = append(tx.Messages, f.msg)
	tx.Contents = append(tx.Contents, &store.Content{ID: f.msg.ID, Text: f.text})
	tx.Deliveries = append(tx.Deliveries, f.snapshot())
	if q.r.Kind == store.KindOTP {
		tx.Challenges = append(tx.Challenges, s.newChallenge(q, g))
	}
	acc := &Accepted{ID: f.msg.ID, Kind: q.r.Kind, To: f.msg.To, Decision: dec, ExpiresAt: f.msg.ExpiresAt}
	if a := q.r.Idempotency; a != nil {
		answer := *a
		answer.Status, answer.Response = q.r.Render(acc, nil)
		answer.At = s.Now()
		tx.Answers = append(tx.Answers, &answer)
	}
	if err := s.commit(ctx, tx); err != nil {
		return nil, err
	}
	s.Metrics.accept.Observe(s.Now().Sub(q.began).Seconds())
	s.Metrics.messages.WithLabelValues("accepted").Inc()
	s.Dispatcher.Enqueue(f)
	return acc, nil
}

// newFlight is the accepted message as the dispatcher will own it.
func (s *Service) newFlight(q *sending, g *gathered, dec fraud.Decision) *flight {
	msg := &store.Message{
		ID: q.draft.id, Kind: q.r.Kind, Tenant: q.t.ID, To: q.number.MSISDN, Region: q.number.Region,
		PLMN: g.facts.Number.PLMN, Purpose: q.r.Purpose, AccountID: q.r.AccountID, Sender: q.r.Sender,
		Metadata: q.r.Metadata, CallbackURL: q.r.CallbackURL, RequestID: q.r.RequestID, TraceParent: q.r.TraceParent,
		CreatedAt: q.began, ExpiresAt: q.draft.expires, Decision: dec, Fence: s.fenceOf(q, g),
	}
	now := s.Now()
	f := &flight{msg: msg, text: q.draft.text, size: flightSize(q.draft.text)}
	f.d = store.Delivery{ID: msg.ID, Status: store.Accepted, ExpiresAt: msg.ExpiresAt}
	f.step("accepted", "", "", now, now.Sub(q.began))
	return f
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

// fenceOf is the identity that the decision saw, for the comparison at the
// head of the queue.
func (s *Service) fenceOf(q *sending, g *gathered) store.Fence {
	if g.answer == nil || g.answer.Asked&hlr.FieldIdentity == 0 {
		return store.Fence{}
	}
	f := store.Fence{Asked: true, Observe: q.policy.Observes(), Required: q.policy.Sensitive(q.r.Purpose), SeenAt: g.answer.IdentityAt}
	f.IMSI, f.ICCID = hlr.Fingerprint(g.answer, s.Keys)
	return f
}

func (s *Service) newChallenge(q *sending, g *gathered) *store.Challenge {
	ch := &store.Challenge{
		ID: q.draft.id, Rev: 1, Tenant: q.t.ID, To: q.number.MSISDN, Purpose: q.r.Purpose, AccountID: q.r.AccountID,
		Status: store.ChallengePending, Code: q.draft.code, CreatedAt: q.began, ExpiresAt: q.draft.expires,
	}
	if g.answer != nil {
		ch.IMSI, _ = hlr.Fingerprint(g.answer, s.Keys)
	}
	c := &q.r.Context
	if c.DeviceID != "" {
		ch.Device = s.Keys.Hash("device", q.t.ID+"/"+c.DeviceID)
	}
	if c.IP != "" {
		ch.SendIP = s.Keys.Hash("ip", c.IP)
	}
	return ch
}
