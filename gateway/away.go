package gateway

import (
	"context"
	"errors"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
)

// A carrier that has no bind, or answers nothing, keeps only what no other one can
// take: a code whose head of queue has nowhere to go must not wait behind it.

const (
	// sweepEvery is how often the whole queue of such a carrier is looked through.
	sweepEvery = time.Second
	// sweepPaged is how much of what it has on disk is read each time, 15 us each.
	sweepPaged = 2000
	// probeEvery is how often a carrier that is bound and answers nothing gets a
	// message that others could take: nothing else shows that it answers again.
	probeEvery = 10 * time.Second
	// reserveFor is how long a full window is waited for before it is asked whether
	// the carrier still answers.
	reserveFor = time.Second
)

// away is what a lane knows of its carrier's failing. mu guards it.
type away struct {
	swept, probed time.Time
	last          waiting // the sweep goes on behind it
}

// reliable says that a carrier is to be given messages that others could take.
func (l *lane) reliable(s route.State, now time.Time) bool {
	if !s.Up || !s.Dead {
		return s.Up
	}
	l.sweeping.Lock()
	defer l.sweeping.Unlock()
	if now.Sub(l.away.probed) < probeEvery {
		return false
	}
	l.away.probed = now
	return true
}

// giveAway hands the head of the queue to another carrier or, when no other one takes
// that, whatever others take. It says whether the head may be another one now.
func (l *lane) giveAway(head *flight) bool {
	if l.moveAway(head) {
		return true
	}
	l.sweep()
	return false
}

// sweep hands over what others take, from time to time.
func (l *lane) sweep() {
	if !l.othersWork() || !l.sweeping.TryLock() {
		return
	}
	defer l.sweeping.Unlock()
	now := l.d.now()
	if now.Sub(l.away.swept) < sweepEvery {
		return
	}
	l.away.swept = now
	for _, f := range l.queue.all() {
		l.moveAway(f)
	}
	l.sweepPaged()
}

// sweepPaged reads some of what waits on disk: it is queued where it is taken now, or
// left there as before.
func (l *lane) sweepPaged() {
	for range sweepPaged {
		w, ok := l.queue.listedAfter(l.away.last)
		if l.away.last = w; !ok || l.d.ctx.Err() != nil {
			return
		}
		if _, err := l.d.wake(l.d.ctx, w.id, never); err != nil {
			l.d.cannotRead(w.id, err)
		}
	}
}

func (l *lane) othersWork() bool {
	for _, other := range l.d.lanes {
		if other != l && l.d.works(route.Choice{Carrier: other.name}) {
			return true
		}
	}
	return false
}

// moveAway hands a message to another carrier that works.
func (l *lane) moveAway(f *flight) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.entry == nil || f.carrier() != l.name {
		return false
	}
	next := l.d.nextUp(f)
	if next == 0 || !l.queue.remove(f.entry) {
		return false
	}
	f.entry = nil
	l.d.failover(f, next, l.failing())
	return true
}

// failing is why messages leave the carrier.
func (l *lane) failing() string {
	if l.health.state(l.d.now()).Up {
		return "the carrier does not answer"
	}
	return "the carrier has no bind"
}

// reserve takes room at the carrier, waiting for it until the message expires, or until
// the carrier fails and another one can take it.
func (l *lane) reserve(f *flight, parts int) (*carrier.Slot, error) {
	slot, err := l.carrier.TryReserve(parts)
	if !errors.Is(err, carrier.ErrBusy) {
		return slot, err
	}
	for {
		left := f.msg.ExpiresAt.Sub(l.d.now())
		ctx, cancel := context.WithTimeout(l.d.ctx, min(reserveFor, left))
		slot, err := l.carrier.Reserve(ctx, parts)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || left <= reserveFor || l.unanswered(f) {
			return slot, err
		}
	}
}

// unanswered says that the carrier answers nothing and f can go elsewhere; what stands
// behind f may in any case.
func (l *lane) unanswered(f *flight) bool {
	if !l.health.state(l.d.now()).Dead {
		return false
	}
	l.sweep()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.gone || f.d.Status < store.Submitted && l.d.nextUp(f) > 0
}
