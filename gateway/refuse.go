package gateway

import (
	"context"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/account"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
)

// refuse answers block and step_up. What the lookup showed is kept all the
// same: the next decision builds on it.
func (s *Service) refuse(ctx context.Context, dec fraud.Decision, tx *store.Tx) error {
	if len(tx.Identities) > 0 {
		if err := s.commit(ctx, tx); err != nil {
			return err
		}
	}
	r := &Refusal{Code: refusalCode(&dec), Decision: &dec, Detail: "the number or the request cannot be trusted"}
	switch {
	case dec.Refusal != "":
		r.Detail = "the destination is not served"
	case dec.Kind == fraud.StepUp:
		r.Detail = "verify the user by another factor and send again with \"assurance\""
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
			AccountID: q.r.AccountID, Purpose: q.r.Purpose, Decision: dec, Facts: q.kept, At: s.Now(),
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

// freeze stops the number, and the account of the request, for this tenant
// until its review is resolved; it is on disk before anybody is told.
func (s *Service) freeze(ctx context.Context, q *sending, ns *store.NumberState, dec fraud.Decision, tx *store.Tx) error {
	id, err := s.newID(q.number.MSISDN, s.Now())
	if err != nil {
		return err
	}
	review := account.OpenReview(account.Opening{
		ID: id, Kind: store.ReviewFreeze, Tenant: q.t.ID, To: q.number.MSISDN,
		AccountID: q.r.AccountID, Purpose: q.r.Purpose, Decision: dec, Facts: q.kept, At: s.Now(),
	})
	account.Freeze(ns, review)
	ns.Rev++
	tx.Reviews, tx.Numbers = append(tx.Reviews, review), append(tx.Numbers, ns)
	as, err := s.accountState(ctx, q.t, q.r.AccountID)
	if err != nil {
		return err
	}
	if as != nil && account.FreezeAccount(as, review) {
		as.Rev++
		tx.Accounts = append(tx.Accounts, as)
	}
	if err := s.commit(ctx, tx); err != nil {
		return err
	}
	s.Metrics.freezes.Inc()
	s.reviewEvent(q.t, "number.frozen", review)
	s.reviewEvent(q.t, "review.opened", review)
	return &Refusal{Code: CodeFrozen, Decision: &dec, Review: id, Detail: frozenDetail}
}

const (
	accountDetail = "the subscriber behind a number of this account has changed, as the reasons tell; the account is frozen with it until the review is resolved"
	frozenDetail  = "the subscriber behind the number has changed, as the reasons tell; it is frozen until the review is resolved"
	lockedDetail  = "too many wrong codes; the number is locked until the review is resolved"
)

// holdSettles is how long after its time a hold may still be on its way to disk.
const holdSettles = 10 * time.Second

// onDisk waits until a hold that was read just now would survive a crash: one
// that is told and then lost would come back as another review.
func (s *Service) onDisk(ctx context.Context, h *store.Hold) error {
	if h == nil || s.Now().Sub(h.At) > holdSettles {
		return nil
	}
	return s.commit(ctx, &store.Tx{})
}

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
