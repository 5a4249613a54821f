package otp

import (
	"time"

	"tollgate/gateway/store"
)

// maxKept bounds NumberState.Wrong where no lock ends the counting (Observe).
// A number that may have more wrong codes than this keeps as many as it takes
// to lock it.
const maxKept = 64

// wrongSince counts the wrong codes after from.
func wrongSince(ns *store.NumberState, from time.Time) int {
	n := 0
	for _, at := range ns.Wrong {
		if at.After(from) {
			n++
		}
	}
	return n
}

// addWrong notes a wrong code and drops what has left the window. It returns
// how many count now.
func addWrong(ns *store.NumberState, now time.Time, window time.Duration, maxWrong int) int {
	kept := make([]time.Time, 0, len(ns.Wrong)+1)
	for _, at := range ns.Wrong {
		if at.After(now.Add(-window)) {
			kept = append(kept, at)
		}
	}
	kept = append(kept, now)
	if most := max(maxKept, maxWrong+1); len(kept) > most {
		kept = kept[len(kept)-most:]
	}
	ns.Wrong = kept
	return len(kept)
}

// startCooldown stops checks of a purpose, and its sends too when sends is
// set, until d is over.
func startCooldown(ns *store.NumberState, purpose string, now time.Time, d time.Duration, sends bool) {
	dropCooldowns(ns, now)
	if ns.Cooldown == nil {
		ns.Cooldown = make(map[string]time.Time, 1)
	}
	ns.Cooldown[purpose] = now.Add(d)
	if !sends {
		delete(ns.CooldownSend, purpose)
		return
	}
	if ns.CooldownSend == nil {
		ns.CooldownSend = make(map[string]bool, 1)
	}
	ns.CooldownSend[purpose] = true
}

// dropCooldowns forgets the cool-downs that are over, so that the record does
// not grow with every purpose that a tenant invents.
func dropCooldowns(ns *store.NumberState, now time.Time) {
	for purpose, until := range ns.Cooldown {
		if !now.Before(until) {
			delete(ns.Cooldown, purpose)
			delete(ns.CooldownSend, purpose)
		}
	}
}

// cooldownLeft is how long the cool-down of a purpose still holds, in whole
// seconds and rounded up: what Retry-After can say. 0 means it does not.
func cooldownLeft(ns *store.NumberState, purpose string, now time.Time) time.Duration {
	left := ns.Cooldown[purpose].Sub(now)
	if left <= 0 {
		return 0
	}
	return (left + time.Second - 1).Truncate(time.Second)
}
