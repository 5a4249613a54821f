package otp

import (
	"time"

	"tollgate/gateway/store"
)

// Refusal is why a check or a send is not even considered.
type Refusal uint8

// The refusals; their String is the `code` of the HTTP answer.
const (
	None Refusal = iota
	Cooldown
	AlreadyUsed
	Frozen
	Locked
)

var refusalNames = [...]string{"", "cooldown", "already_used", "frozen", "locked"}

func (r Refusal) String() string {
	if int(r) < len(refusalNames) {
		return refusalNames[r]
	}
	return ""
}

// Blocked is what stands in the way of a send. The zero Blocked is nothing.
type Blocked struct {
	Refusal    Refusal       // None, Frozen, Locked or Cooldown
	RetryAfter time.Duration // whole seconds; only with Cooldown
	Hold       *store.Hold   // what holds the number; only with Frozen and Locked
}

// SendBlocked says whether a number may be sent a code for a purpose: not
// while it is frozen or locked, and not in the cool-down of a wrong code. The
// cool-down of an expired code stops no send.
func SendBlocked(ns *store.NumberState, purpose string, now time.Time) Blocked {
	if b := held(ns); b.Refusal != None {
		return b
	}
	if ns.CooldownSend[purpose] {
		if left := cooldownLeft(ns, purpose, now); left > 0 {
			return Blocked{Refusal: Cooldown, RetryAfter: left}
		}
	}
	return Blocked{}
}

// held looks at the freeze before the lock: a changed SIM is the graver news.
func held(ns *store.NumberState) Blocked {
	switch {
	case ns.Freeze != nil:
		return Blocked{Refusal: Frozen, Hold: ns.Freeze}
	case ns.Lock != nil:
		return Blocked{Refusal: Locked, Hold: ns.Lock}
	}
	return Blocked{}
}
