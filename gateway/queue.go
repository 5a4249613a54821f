package gateway

import (
	"container/heap"
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
	size  atomic.Int64 // of ready, to be read without the lock
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

// push adds a message.
func (q *queue) push(f *flight, now time.Time) *entry {
	e := &entry{f: f, since: now}
	q.mu.Lock()
	heap.Push(&q.ready, e)
	q.size.Store(int64(len(q.ready)))
	q.fifo = append(q.fifo, e)
	q.mu.Unlock()
	q.signal()
	return e
}

// peek returns the head without taking it, nil when the queue is empty.
func (q *queue) peek() *flight {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ready) == 0 {
		return nil
	}
	return q.ready[0].f
}

// pop takes the head, nil when the queue is empty.
func (q *queue) pop() *entry {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ready) == 0 {
		return nil
	}
	e := heap.Pop(&q.ready).(*entry)
	q.size.Store(int64(len(q.ready)))
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
	heap.Remove(&q.ready, e.index)
	q.size.Store(int64(len(q.ready)))
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

// stats returns how many wait and since when the oldest does.
func (q *queue) stats() (depth int, oldest time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.fifo) > 0 {
		oldest = q.fifo[0].since
	}
	return len(q.ready), oldest
}

// signal wakes the lane that serves the queue.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// entryHeap orders by kind, then by deadline.
type entryHeap []*entry

func (h entryHeap) Len() int { return len(h) }
func (h entryHeap) Less(i, j int) bool {
	a, b := h[i].f.msg, h[j].f.msg
	if bulk := a.Kind == store.KindText; bulk != (b.Kind == store.KindText) {
		return !bulk
	}
	return a.ExpiresAt.Before(b.ExpiresAt)
}
func (h entryHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *entryHeap) Push(x any) {
	e := x.(*entry)
	e.index = len(*h)
	*h = append(*h, e)
}
func (h *entryHeap) Pop() any {
	old := *h
	e := old[len(old)-1]
	old[len(old)-1] = nil
	e.index = -1
	*h = old[:len(old)-1]
	return e
}
