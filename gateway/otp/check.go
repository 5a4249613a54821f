package otp

import (
	"time"

	"tollgate/gateway/store"
)

// Verdict is the answer to one check.
type Verdict struct {
	Status       store.ChallengeStatus // what to answer when Refusal is None
	AttemptsLeft int                   // wrong codes that the number may still have in the window

	Refusal    Refusal
	RetryAfter time.Duration // whole seconds; only with Cooldown
	// Hold is what holds the number, with Frozen and Locked. It is nil when
	// OpenLock is set, because the lock is only about to be opened.
	Hold *store.Hold

	// Wrong says that this check was a wrong attempt.
	Wrong bool
	// OpenLock asks the caller to open a review, lock the number with it and
	// commit both together with the changed records. The check that locks is
	// itself answered with Locked.
	OpenLock bool
	// What the check changed. A changed record must be on disk before the
	// answer leaves: an attempt that is forgotten is an attempt for free.
	ChallengeChanged bool
	NumberChanged    bool
}

// Check judges a typed code. ns is the state of the challenge's tenant and
// number; a number without one gets an empty record, never nil. Both records
// are changed in place where the Verdict says so.
//
// The first of these that applies is the answer: the number is held (frozen,
// locked); the challenge was approved before (already used, whatever the
// code); it was canceled; the purpose cools down, and the check is no attempt;
// it has expired, which starts a cool-down of checks; the code is right; the
// code is wrong, which counts, and starts a cool-down of checks and sends.
func Check(ch *store.Challenge, ns *store.NumberState, code string, now time.Time, cfg Config, h Hasher) Verdict {
	v := Verdict{Status: ch.Status, AttemptsLeft: attemptsLeft(ns, now, cfg)}
	if b := held(ns); b.Refusal != None && !cfg.Observe {
		v.Refusal, v.Hold = b.Refusal, b.Hold
		return v
	}
	switch ch.Status {
	case store.ChallengeApproved:
		v.Refusal = AlreadyUsed
		return v
	case store.ChallengeCanceled:
		return v
	}
	if left := cooldownLeft(ns, ch.Purpose, now); left > 0 && !cfg.Observe {
		v.Refusal, v.RetryAfter = Cooldown, left
		return v
	}
	v.ChallengeChanged = Expire(ch, now)
	switch {
	case ch.Status != store.ChallengePending:
		v.expired(ch, ns, now, cfg)
	case isCode(h, ch, code):
		v.approve(ch, ns, now)
	default:
		v.wrong(ch, ns, now, cfg)
	}
	return v
}

func (v *Verdict) expired(ch *store.Challenge, ns *store.NumberState, now time.Time, cfg Config) {
	v.Status = store.ChallengeExpired
	if d := cfg.cooldown(); d > 0 {
		startCooldown(ns, ch.Purpose, now, d, false)
		v.NumberChanged = true
	}
}

// approve leaves the wrong codes of the hour in place: the owner's own success
// must not hand fresh attempts to somebody who guesses at the same number.
func (v *Verdict) approve(ch *store.Challenge, ns *store.NumberState, now time.Time) {
	ch.Status, ch.ApprovedAt = store.ChallengeApproved, now
	ns.Verified++
	ns.VerifiedAt = now
	ns.VerifiedIMSI = ch.IMSI
	ns.VerifiedDevice = ch.Device
	dropCooldowns(ns, now)
	v.Status = store.ChallengeApproved
	v.ChallengeChanged, v.NumberChanged = true, true
}

func (v *Verdict) wrong(ch *store.Challenge, ns *store.NumberState, now time.Time, cfg Config) {
	ch.Wrong++
	n := addWrong(ns, now, cfg.window(), cfg.maxWrong())
	if d := cfg.cooldown(); d > 0 {
		startCooldown(ns, ch.Purpose, now, d, true)
	}
	v.Wrong, v.ChallengeChanged, v.NumberChanged = true, true, true
	v.AttemptsLeft = max(0, cfg.maxWrong()-n)
	if n > cfg.maxWrong() && !cfg.Observe {
		v.Refusal, v.OpenLock = Locked, true
	}
}

func attemptsLeft(ns *store.NumberState, now time.Time, cfg Config) int {
	return max(0, cfg.maxWrong()-wrongSince(ns, now.Add(-cfg.window())))
}
