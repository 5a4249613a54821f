package otp

import (
	"time"

	"tollgate/gateway/store"
)

// Cancel ends a pending challenge. It returns whether the record changed: one
// that is done stays as it is, and one whose time is over becomes expired
// instead. ch.Status tells which.
func Cancel(ch *store.Challenge, now time.Time) bool {
	if Expire(ch, now) {
		return true
	}
	if ch.Status != store.ChallengePending {
		return false
	}
	ch.Status = store.ChallengeCanceled
	return true
}

// Expire ends a pending challenge whose time is over and returns whether the
// record changed. A code is good until ExpiresAt and no longer at it.
func Expire(ch *store.Challenge, now time.Time) bool {
	if ch.Status != store.ChallengePending || now.Before(ch.ExpiresAt) {
		return false
	}
	ch.Status = store.ChallengeExpired
	return true
}
