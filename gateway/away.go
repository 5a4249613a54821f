package gateway

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
)

// A carrier that has no bind, or answers nothing, hands over what another one can take:
// a code must not wait behind a head of the queue that has nowhere to go. What it has on
// disk is read for that by and by, and what it was given already comes back unanswered.

const (
	// sweepEvery is how often the whole queue of such a carrier is looked through.
	sweepEvery = time.Second
	// sweepPaged is how much of what it has on disk is read each time, 15 us each, and
	// sweepFor for how long: the lane does nothing else then.
	sweepPaged = 2000
	sweepFor   = 50 * time.Millisecond
	// probeEvery is how often a carrier that is bound and answers nothing is given a
	// message that others could take: nothing else shows that it answers again.
	probeEvery = 10 * time.Second
	// reserveFor is how long a full window is waited for before it is asked whether
	// the carrier still answers.
	reserveFor = time.Second
)

// away is what a lane knows of its queue while its carrier fails.
type away struct {
	mu    sync.Mutex
	swept time.Time
	last  waiting // the sweep goes on behind it
}

// probes are the messages by which a carrier that answers nothing is tried.
type probes struct {
	next atomic.Int64 // when one is due, Unix nanoseconds; 0: the carrier answers
	due  atomic.Bool  // the next message is one
}

// state is that of a carrier for who chooses one: now and then a carrier that answers
// nothing counts as one that does.
func (p *probes) state(s route.State, now time.Time) route.State {
	next := p.next.Load()
	switch {
	case !s.Up || !s.Dead:
		if next != 0 {
			p.next.Store(0)
		}
	case p.due.Load(): // and nobody has been given to it yet
		s.Dead = false
	case next == 0:
		p.next.CompareAndSwap(0, now.Add(probeEvery).UnixNano())
	case now.UnixNano() >= next && p.next.CompareAndSwap(next, now.Add(probeEvery).UnixNano()):
		p.due.Store(true)
		s.Dead = false
	}
	return s
}

// take says that the message at hand is one.
func (p *probes) take() bool { return p.due.CompareAndSwap(true, false) }

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
	if !l.othersWork() || !l.away.mu.TryLock() {
		return
	}
	defer l.away.mu.Unlock()
	now := l.d.now()
	if now.Sub(l.away.swept) < sweepEvery {
		return
	}
	l.away.swept = now
	for _, f := range l.queue.all() {
		if !l.moveAway(f) {
			l.d.notAhead(f)
		}
	}
	l.sweepPaged()
}

// notAhead has a message of a former run, which is stuck, not count as one that recovery
// has read ahead: it is to read what other carriers take.
func (d *Dispatcher) notAhead(f *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.recovered {
		d.recovery.resident.Add(-1)
		f.recovered = false
	}
}

// sweepPaged reads some of what waits on disk: it is queued where it is taken now, or
// left there as before.
func (l *lane) sweepPaged() {
	began := time.Now()
	for range sweepPaged {
		w, ok := l.queue.listedAfter(l.away.last)
		if l.away.last = w; !ok || l.d.ctx.Err() != nil || time.Since(began) > sweepFor {
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
// the carrier answers nothing and another one can take it.
func (l *lane) reserve(f *flight, parts int) (*carrier.Slot, error) {
	slot, err := l.carrier.TryReserve(parts)
	if !errors.Is(err, carrier.ErrBusy) {
		return slot, err
	}
	ctx, cancel := context.WithDeadline(l.d.ctx, f.msg.ExpiresAt)
	defer cancel()
	watch := time.AfterFunc(reserveFor, func() { l.watch(ctx, f, cancel) })
	defer watch.Stop()
	slot, err = l.carrier.Reserve(ctx, parts)
	if err == nil && l.unanswered(f) { // what had no answer in time has left the window
		slot.Release()
		return nil, errUnanswered
	}
	return slot, err
}

var errUnanswered = errors.New("the carrier answers nothing, and another one can take the message")

// watch gives up waiting for room in the window of a carrier that answers nothing.
func (l *lane) watch(ctx context.Context, f *flight, cancel func()) {
	tick := time.NewTicker(reserveFor)
	defer tick.Stop()
	for ctx.Err() == nil {
		if l.unanswered(f) {
			cancel()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// unanswered says that the carrier answers nothing and f can go elsewhere, unless f is
// to show whether it does; what stands behind f may go in any case.
func (l *lane) unanswered(f *flight) bool {
	if !l.health.state(l.d.now()).Dead {
		return false
	}
	l.sweep()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.gone || !f.probe && f.d.Status < store.Submitted && l.d.nextUp(f) > 0
}
