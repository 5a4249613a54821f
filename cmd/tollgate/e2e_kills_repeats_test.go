package main

import (
	"sort"
	"time"
)

// wantSeen looks for every message at the carriers.
func (k *killing) wantSeen(list []sent, delivered int) {
	missing := 0
	for _, s := range list {
		if len(k.sightings(s.to)) == 0 {
			missing++
		}
	}
	if missing > len(list)-delivered {
		k.t.Errorf("%d messages were accepted and never reached a carrier, %d were not delivered", missing, len(list)-delivered)
	}
}

// life is the number of the process that sent something at a time.
func (k *killing) life(at time.Time) int {
	return max(0, sort.Search(len(k.begun), func(i int) bool { return k.begun[i].After(at) })-1)
}

// behind is what one kill left to be judged: messages sent again behind it,
// and messages of which the window, or the last 20 ms, may have held the
// result when it came.
type behind struct{ repeats, held, heldWithSlack int }

// wantRepeats counts the messages that were sent again behind each kill. Each
// must have been in a window, or its response among those of the last 20 ms.
func (k *killing) wantRepeats(list []sent) {
	all := make([]behind, len(k.killed)+1)
	for _, s := range list {
		seen := k.sightings(s.to)
		sort.Slice(seen, func(i, j int) bool { return seen[i].at.Before(seen[j].at) })
		for i, first := range seen {
			n := k.life(first.at)
			if n == len(k.killed) {
				break
			}
			k.counts(&all[n], k.killed[n].Sub(first.at))
			if i+1 < len(seen) {
				k.repeated(&all[n], s, n, first, seen[i+1])
			}
		}
	}
	total, most, over := 0, 0, 0
	for n, b := range all {
		total, most, over = total+b.repeats, max(most, b.repeats), max(over, b.repeats-b.held)
		if bound := slowWindow + throttleWindow + b.heldWithSlack; b.repeats > bound {
			k.t.Errorf("kill %d: %d repeats, more than the windows and the latest results together, %d", n+1, b.repeats, bound)
		}
	}
	k.t.Logf("%d repeats in all, at most %d behind one kill; at most %d above what a response of the last 20 ms explains", total, most, max(0, over))
}

func (k *killing) counts(b *behind, before time.Duration) {
	if before < slowest+20*time.Millisecond {
		b.held++
	}
	if before < slowest+slack {
		b.heldWithSlack++
	}
}

// repeated judges one message that a carrier got twice.
func (k *killing) repeated(b *behind, s sent, n int, first, again sighting) {
	switch since := k.killed[n].Sub(first.at); {
	case k.life(again.at) == n:
		k.t.Errorf("%s was sent twice without a kill in between", s.id)
	case since > slowest+slack:
		k.t.Errorf("%s was repeated, though it was sent %v before kill %d", s.id, since, n+1)
	case first.text != again.text:
		k.t.Errorf("%s: a repeat with another text", s.id)
	}
	b.repeats++
}
