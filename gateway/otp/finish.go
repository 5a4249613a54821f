package otp

import (
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// Cancel ends a pending challenge. It returns whether the record changed: one
// that is done stays as it is, and one whose time is over becomes expired
// instead. ch.Status tells which.
func Cancel(ch *store.Challenge, now time.Time, h Hasher) bool {
	if Expire(ch, now, h) {
		return true
	}
	if ch.Status != store.ChallengePending {
		return false
	}
	finish(ch, store.ChallengeCanceled, h)
	return true
}

// Expire ends a pending challenge whose time is over and returns whether the
// record changed. A code is good until ExpiresAt and no longer at it.
func Expire(ch *store.Challenge, now time.Time, h Hasher) bool {
	if ch.Status != store.ChallengePending || now.Before(ch.ExpiresAt) {
		return false
	}
	finish(ch, store.ChallengeExpired, h)
	return true
}

// finish replaces the code by its MAC.
func finish(ch *store.Challenge, to store.ChallengeStatus, h Hasher) {
	ch.Status = to
	if ch.Code != "" {
		ch.MAC = MAC(h, ch.ID, ch.Code)
		ch.Code = ""
	}
}

// MAC is what remains of a code once its challenge is done. The id is part of
// it, so that equal codes of two challenges have unequal MACs.
func MAC(h Hasher, id store.ID, code string) subscriber.Hash {
	return h.Hash("otp", id.String()+":"+code)
}
