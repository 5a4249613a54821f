package gateway

import (
	"context"
	"errors"

	"tollgate/gateway/account"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
)

// Check judges a typed code. Every answer that an attacker could use is on
// disk before it is given: an attempt that is forgotten is an attempt for free.
func (s *Service) Check(ctx context.Context, t *Tenant, r *CheckRequest) (res *CheckResult, err error) {
	err = retry(ctx, func() error { res, err = s.check(ctx, t, r); return err })
	var refused *Refusal
	switch {
	case errors.As(err, &refused):
		s.Metrics.checks.WithLabelValues(string(refused.Code)).Inc()
	case err == nil:
		s.Metrics.checks.WithLabelValues(res.Status.String()).Inc()
	}
	return res, err
}

func (s *Service) check(ctx context.Context, t *Tenant, r *CheckRequest) (*CheckResult, error) {
	ch, err := s.challenge(ctx, t, r.ID)
	if err != nil {
		return nil, err
	}
	ns, err := s.numberState(ctx, t, ch.To)
	if err != nil {
		return nil, err
	}
	if policy := s.policy(t); ns.Freeze == nil && !policy.Observes() {
		if err := s.accountFrozen(ctx, t, ch.AccountID); err != nil {
			return nil, err
		}
	}
	now := s.Now()
	v := otp.Check(ch, ns, r.Code, now, t.otpConfig(s.policy(t)), s.Keys)
	if err := s.onDisk(ctx, v.Hold); err != nil {
		return nil, err
	}
	tx := &store.Tx{}
	var locked *store.Review
	if v.OpenLock {
		if locked, err = s.lock(ctx, t, ch, ns); err != nil {
			return nil, err
		}
		tx.Reviews = append(tx.Reviews, locked)
	}
	if v.ChallengeChanged {
		ch.Rev++
		tx.Challenges = append(tx.Challenges, ch)
	}
	if v.NumberChanged {
		ns.Rev++
		tx.Numbers = append(tx.Numbers, ns)
	}
	if v.ChallengeChanged || v.NumberChanged {
		if err := s.commit(ctx, tx); err != nil {
			return nil, err
		}
	}
	s.recordCheck(r, &v, now)
	if v.ChallengeChanged || v.NumberChanged {
		s.checked(t, r, v.Status, now)
	}
	return s.verdict(t, ch, ns, v, locked)
}

// verdict tells the world what the check meant, once it is on disk.
func (s *Service) verdict(t *Tenant, ch *store.Challenge, ns *store.NumberState, v otp.Verdict, locked *store.Review) (*CheckResult, error) {
	if locked != nil {
		s.Metrics.locks.Inc()
		s.reviewEvent(t, "number.locked", locked)
		s.reviewEvent(t, "review.opened", locked)
		return nil, blocked(otp.Blocked{Refusal: otp.Locked, Hold: ns.Lock})
	}
	if v.Refusal == otp.AlreadyUsed {
		return nil, &Refusal{Code: CodeAlreadyUsed, Detail: "this challenge was approved before"}
	}
	if v.Refusal != otp.None {
		return nil, blocked(otp.Blocked{Refusal: v.Refusal, RetryAfter: v.RetryAfter, Hold: v.Hold})
	}
	if v.Status == store.ChallengeApproved && v.ChallengeChanged {
		s.Metrics.verify.Observe(ch.ApprovedAt.Sub(ch.CreatedAt).Seconds())
		s.Metrics.messages.WithLabelValues("approved").Inc()
		s.Watch.Checked(ch)
		s.approvedEvent(t, ch)
	}
	return &CheckResult{Status: v.Status, AttemptsLeft: v.AttemptsLeft}, nil
}

// lock opens the review that alone ends the lock. It repeats the decision of
// the send whose code was being guessed.
func (s *Service) lock(ctx context.Context, t *Tenant, ch *store.Challenge, ns *store.NumberState) (*store.Review, error) {
	msg, err := s.Store.Message(ctx, ch.ID)
	if err != nil {
		return nil, err
	}
	id, err := s.newID(ch.To, s.Now())
	if err != nil {
		return nil, err
	}
	review := account.OpenReview(account.Opening{
		ID: id, Kind: store.ReviewLock, Tenant: t.ID, To: ch.To, AccountID: ch.AccountID, Purpose: ch.Purpose,
		Decision: account.LockDecision(msg.Decision, len(ns.Wrong), otp.DefaultWindow), At: s.Now(),
	})
	account.Lock(ns, review)
	return review, nil
}

// challenge reads a tenant's own challenge; another tenant's does not exist.
func (s *Service) challenge(ctx context.Context, t *Tenant, id store.ID) (*store.Challenge, error) {
	ch, err := s.Store.Challenge(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && ch.Tenant != t.ID {
		return nil, notFound()
	}
	return ch, err
}

func notFound() *Refusal { return refuse(CodeNotFound, "there is no such id") }
