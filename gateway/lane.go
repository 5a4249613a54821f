package gateway

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/receipt"
)

// lane is one carrier's queue and the goroutine that empties it.
type lane struct {
	d       *Dispatcher
	name    string
	carrier *carrier.Carrier
	health  health
	queue   *queue
	ids     *receipt.Matcher[part] // name of a part -> part, while a receipt is awaited
	open    *unanswered
	m       laneMetrics
	strays  rate.Sometimes // how often unmatched receipts are logged
	said    said           // the latest receipt's state
	stalled atomic.Bool    // its oldest message has waited for too long
	fences  chan struct{}  // one token a fence lookup in flight

	away   away
	probes probes

	coding      coding.Options // how texts are written for it
	byReference bool           // its message ids are no use
	joiner      *joiner        // of messages from handsets
}

// part is one segment of a message.
type part struct {
	id store.ID
	n  int
}

func newLane(d *Dispatcher, l Lane) *lane {
	return &lane{
		d: d, m: d.m.lane(l.Route.Name), name: l.Route.Name, carrier: l.Carrier, health: health{carrier: l.Carrier}, queue: newQueue(),
		ids: receipt.NewMatcher[part](l.IDMode, d.cfg.MaxAwaiting*d.cfg.MaxParts), open: newUnanswered(),
		coding: d.codingFor(l.Carrier), byReference: l.Carrier.ByReference(), joiner: newJoiner(l.Carrier),
		fences: make(chan struct{}, d.cfg.MaxFences), strays: rate.Sometimes{First: 3, Interval: 10 * time.Second},
	}
}

// downPoll is how often a lane without a bind looks again; a bind that comes
// up is noticed sooner, by LinkState.
const downPoll = 100 * time.Millisecond

// run takes the head of the queue, again and again, until the dispatcher stops.
func (l *lane) run() {
	for l.d.ctx.Err() == nil {
		l.pageIn()
		head, now := l.queue.peek(), l.d.now()
		state := l.health.state(now)
		probe := state.Dead && head != nil && l.probes.take()
		switch {
		case head == nil && l.queue.listed(): // what was read went elsewhere, or had ended
		case head == nil && l.queue.pagedOut() > 0: // none of it could be read
			l.sleep(downPoll)
		case head == nil:
			l.sleep(time.Hour)
		case (!state.Up || state.Dead && !probe) && l.giveAway(head): // the next one may have nowhere to go
		case !state.Up:
			l.sleep(downPoll)
		default:
			if e := l.queue.pop(); e != nil {
				l.take(e, probe)
			}
		}
	}
}

func (l *lane) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-l.queue.wake:
		runtime.Gosched() // a commit group wakes many: let all of them queue, then send them in one write
	case <-t.C:
	case <-l.d.ctx.Done():
	}
}

// take brings one message that has left the queue to the carrier; as a probe it is not
// to go elsewhere though the carrier answers nothing.
func (l *lane) take(e *entry, probe bool) {
	f := e.f
	f.mu.Lock()
	if f.gone || f.entry != e {
		f.mu.Unlock()
		return
	}
	f.entry, f.probe = nil, probe
	now := l.d.now()
	if !now.Before(f.msg.ExpiresAt) {
		l.d.expire(f, "expired before a carrier could take it")
		f.mu.Unlock()
		return
	}
	lookup := l.d.fence.needsLookup(f.msg, now)
	f.mu.Unlock()
	if !lookup {
		l.send(f, e.since)
		return
	}
	select {
	case l.fences <- struct{}{}:
		l.d.spawn(func() {
			defer func() { <-l.fences }()
			l.send(f, e.since)
		})
	case <-l.d.ctx.Done():
	}
}

// send passes the fence, reserves the window and submits. A slot that took
// longer than the fence's bound makes the fence stale: it is asked again.
func (l *lane) send(f *flight, since time.Time) {
	for {
		if !l.passFence(f) {
			return
		}
		parts := l.encode(f)
		if parts == 0 {
			return
		}
		slot, err := l.reserve(f, parts)
		if err != nil {
			l.refused(f, since)
			return
		}
		if l.stale(f) {
			slot.Release()
			continue
		}
		l.submit(f, slot, since)
		return
	}
}

// refused handles a message for which no slot was to be had: the carrier lost
// its last bind or answers nothing, the message expired, or the gateway stops.
func (l *lane) refused(f *flight, since time.Time) {
	if l.d.ctx.Err() != nil {
		return // it stays open in the store
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return
	}
	if !l.d.now().Before(f.msg.ExpiresAt) {
		l.d.expire(f, "expired before a carrier could take it")
		return
	}
	if next := l.d.nextUp(f); next > 0 {
		l.d.failover(f, next, l.failing())
		return
	}
	f.entry = l.queue.push(f, since)
}

// passFence asks the fence and handles its refusal. A SIM that has changed
// since the decision is decided on at once, and not first by the next send.
func (l *lane) passFence(f *flight) bool {
	found := l.d.fence.ask(l.d.ctx, f.msg)
	pass := l.heed(f, found)
	if !pass && found.result == fenceChanged {
		l.d.spawn(func() { l.d.swapSeen(l.d.ctx, f.msg) })
	}
	return pass
}

// heed notes what the fence found, ends the message where that stops it, and
// says whether there is still one to go on with. Its time is the fence's own,
// not that of our turn to note it: what became visible in between was not seen.
func (l *lane) heed(f *flight, fence finding) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return false
	}
	found := fence.result
	f.fenced = fence.began
	stop := found == fenceChanged || found == fenceUnknown && f.msg.Fence.Required
	if found != fenceNotAsked && found != fenceFresh {
		f.step("fence", "", found, fence.began.Add(fence.took), fence.took)
	}
	if !stop || f.msg.Fence.Observe {
		return true
	}
	if found == fenceChanged {
		l.d.finish(f, store.Rejected, "fence", "the number's SIM is not the one that the decision saw")
	} else {
		l.d.finish(f, store.Rejected, "fence_unknown", "the network did not confirm the SIM in time")
	}
	return false
}

// stale says that the fence's answer is older than its bound allows. A
// message that cannot be fenced is never stale.
func (l *lane) stale(f *flight) bool {
	if !f.msg.Fence.Asked {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return l.d.now().Sub(f.fenced) > l.d.fence.cfg.MaxAge
}
