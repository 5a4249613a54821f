package gateway

import (
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// queue holds the messages that wait for one carrier: one-time codes before
// plain texts, then the earliest deadline first. Its bounds are in
// bounds.go: a message is admitted before it is accepted.
type queue struct {
	mu    sync.Mutex
	ready entryHeap
	paged backlog      // on disk alone
	size  atomic.Int64 // of both, to be read without the lock
	fifo  []*entry     // by arrival, to know the oldest; those that left are pruned lazily
	wake  chan struct{}
}

// entry is one message's place in one queue. The queue owns it.
type entry struct {
	f     *flight
	since time.Time
	index int // in the heap; -1 once it has left
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// push adds a message. The caller owns f.
func (q *queue) push(f *flight, now time.Time) *entry {
	e := &f.firstEntry
	if e.f != nil { // it is queued again, and those behind it in q.fifo may still know the first
		e = new(entry)
	}
	*e = entry{f: f, since: now}
	q.mu.Lock()
	q.ready.push(e)
	q.size.Add(1)
	q.fifo = append(q.fifo, e)
	q.mu.Unlock()
	q.signal()
	return e
}

// crowded says that so many are in memory, or more.
func (q *queue) crowded(resident int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ready) >= resident
}

// page lists a message that stays on disk; false when it is listed already.
func (q *queue) page(w waiting) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.signal()
	return q.grown(q.paged.add(w))
}

// grown counts a message of the list, if it is a new one.
func (q *queue) grown(added bool) bool {
	if added {
		q.size.Add(1)
	}
	return added
}

// unpage takes out a message that somebody else has read; false when it is not there.
func (q *queue) unpage(w waiting) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.paged.remove(w) {
		return false
	}
	q.size.Add(-1)
	return true
}

// nextPaged takes a message off the list that is to be read now: one that goes before
// all in memory, of which there may be twice resident then, or the next one when
// these are less than half of it.
func (q *queue) nextPaged(now time.Time, resident int) (w waiting, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paged.resume(now)
	w, ok = q.paged.first()
	n := len(q.ready)
	if !ok || n > resident/2 && (n >= 2*resident || q.ready[0].order <= w.order) {
		return w, false
	}
	q.size.Add(-1)
	return w, q.paged.remove(w)
}

// setAside keeps what was taken off the list, and could not be read, for later; false
// when it is listed again.
func (q *queue) setAside(w waiting, until time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.grown(q.paged.setAside(w, until))
}

// overdue takes messages off the list whose time is over, so many at most.
func (q *queue) overdue(now time.Time, max int) (due []waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paged.resume(now)
	for w, ok := q.paged.overdue(now); ok && len(due) < max; w, ok = q.paged.overdue(now) {
		due = append(due, w)
		q.paged.remove(w)
		q.size.Add(-1)
	}
	return due
}

// listed says that nextPaged has something for an empty queue.
func (q *queue) listed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, ok := q.paged.first()
	return ok
}

func (q *queue) pagedOut() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.paged.len()
}

// peek returns the head without taking it, nil when the queue is empty.
func (q *queue) peek() *flight {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ready) == 0 {
		return nil
	}
	return q.ready[0].e.f
}

// all are the messages in memory, in no order.
func (q *queue) all() []*flight {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := make([]*flight, 0, len(q.ready))
	for _, p := range q.ready {
		list = append(list, p.e.f)
	}
	return list
}

// listedAfter is the message of the list behind w; false when there is none.
func (q *queue) listedAfter(w waiting) (waiting, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.paged.after(w)
}

// pop takes the head, nil when the queue is empty.
func (q *queue) pop() *entry {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ready) == 0 {
		return nil
	}
	e := q.ready.remove(0)
	q.size.Add(-1)
	q.prune()
	return e
}

// remove takes a message out wherever it stands; false when it has left.
func (q *queue) remove(e *entry) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.index < 0 {
		return false
	}
	q.ready.remove(e.index)
	q.size.Add(-1)
	q.prune()
	return true
}

// prune drops the arrivals at the front that have left; each arrival is
// dropped once, so a pop costs O(1) on average.
func (q *queue) prune() {
	for len(q.fifo) > 0 && q.fifo[0].index < 0 {
		q.fifo[0] = nil
		q.fifo = q.fifo[1:]
	}
}

// stats returns how many wait and since when the oldest does. What cannot be read does
// not count for that: it lets all others pass.
func (q *queue) stats() (depth int, oldest time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	oldest = q.paged.ages.oldest()
	if len(q.fifo) > 0 && (oldest.IsZero() || q.fifo[0].since.Before(oldest)) {
		oldest = q.fifo[0].since
	}
	return len(q.ready) + q.paged.len(), oldest
}

// signal wakes the lane that serves the queue.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// entryHeap has the entry that is to go first in front. What it is ordered by stands
// in the heap itself: with some ten thousand waiting, looking into each message on
// the way took 4 % of the gateway's time.
type entryHeap []place

type place struct {
	order uint64
	e     *entry
}

// textBit puts a text behind every one-time code.
const textBit = 1 << 63

// orderOf is by kind, then by deadline, as exactly as the store lists it.
func orderOf(kind store.Kind, deadline time.Time) uint64 {
	order := uint64(max(0, deadline.UnixMilli()))
	if kind == store.KindText {
		order |= textBit
	}
	return order
}

func (h *entryHeap) push(e *entry) {
	*h = append(*h, place{})
	h.up(len(*h)-1, place{orderOf(e.f.msg.Kind, e.f.msg.ExpiresAt), e})
}

// remove takes out the entry at i.
func (h *entryHeap) remove(i int) *entry {
	old := *h
	e, last := old[i].e, old[len(old)-1]
	old[len(old)-1] = place{}
	*h = old[:len(old)-1]
	e.index = -1
	if i == len(*h) {
		return e
	}
	if i > 0 && last.order < (*h)[(i-1)/2].order {
		h.up(i, last)
	} else {
		h.down(i, last)
	}
	return e
}

// up puts p at i or, as long as it goes before what stands there, further up.
func (h entryHeap) up(i int, p place) {
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].order <= p.order {
			break
		}
		h.set(i, h[parent])
		i = parent
	}
	h.set(i, p)
}

// down puts p at i or further down.
func (h entryHeap) down(i int, p place) {
	for child := 2*i + 1; child < len(h); child = 2*i + 1 {
		if child+1 < len(h) && h[child+1].order < h[child].order {
			child++
		}
		if p.order <= h[child].order {
			break
		}
		h.set(i, h[child])
		i = child
	}
	h.set(i, p)
}

func (h entryHeap) set(i int, p place) {
	h[i] = p
	p.e.index = i
}
