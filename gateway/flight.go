package gateway

import (
	"slices"
	"sync"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// flight is one accepted message without a terminal state, in memory. The
// dispatcher owns it; mu guards everything but msg, which never changes.
type flight struct {
	msg *store.Message

	mu        sync.Mutex
	text      string        // until it was submitted
	parts     []coding.Part // the text as segments,
	written   *lane         // for this carrier
	d         store.Delivery
	plan      []route.Choice // carriers still to be tried, the present one first
	tries     int            // at the present carrier
	entry     *entry         // its place in the present lane's queue, nil outside
	size      int64          // octets counted against the queue's bound, 0 once it left
	recovered bool           // of a former run, and counts as read ahead of the carriers
	fenced    time.Time      // when the fence that passed last began to look
	entering  bool           // its commit is under way: whoever wants it waits for Enqueue
	unwanted  bool           // and it was canceled meanwhile
	probe     bool           // it is to show whether its carrier answers again
	gone      bool           // terminal
	paged     bool           // left to the store: whoever wants it takes it up anew
	told      bool           // and the tenant was told

	// Room for what nearly every message has, so that it is one piece of memory.
	message    store.Message // that msg points at
	firstEntry entry
	firstSteps [4]store.Step
	firstIDs   [1]string
	firstAck   [1]func(pdu.Status)

	dirty bool               // stands in the writer's list
	acks  []func(pdu.Status) // carriers that wait until the present state is on disk
}

// maxSteps bounds a timeline: a carrier that throttles for minutes leaves a
// line for each try. Beyond it the oldest tries go, never the beginning.
const (
	maxSteps  = 64
	keptSteps = 8
)

// step adds a line to the timeline. The caller holds f.mu.
func (f *flight) step(name, carrier, detail string, at time.Time, latency time.Duration) {
	if len(f.d.Timeline) >= maxSteps {
		f.d.Timeline = slices.Delete(f.d.Timeline, keptSteps, keptSteps+1)
	}
	if f.d.Timeline == nil {
		f.d.Timeline = f.firstSteps[:0]
	}
	f.d.Timeline = append(f.d.Timeline, store.Step{Name: name, At: at, Carrier: carrier, Latency: latency, Detail: detail})
}

// carrier names the present choice, "" when no carrier is left.
func (f *flight) carrier() string {
	if len(f.plan) == 0 {
		return ""
	}
	return f.plan[0].Carrier
}

// snapshot copies the delivery, so that it can be read or stored after f.mu is
// released while the owner goes on changing it.
func (f *flight) snapshot() *store.Delivery {
	d := f.d
	d.Timeline = append([]store.Step(nil), f.d.Timeline...)
	d.CarrierIDs = append([]string(nil), f.d.CarrierIDs...)
	return &d
}

// flightTable finds open messages by id; sharded, because every step of every
// message passes through it.
type flightTable struct {
	shards [64]struct {
		mu sync.RWMutex
		m  map[store.ID]*flight
	}
	next int // the shard that overdue looks at next
}

func newFlightTable() *flightTable {
	t := &flightTable{}
	for i := range t.shards {
		t.shards[i].m = map[store.ID]*flight{}
	}
	return t
}

// The last octet of an ID is random.
func (t *flightTable) put(f *flight) {
	s := &t.shards[f.msg.ID[15]&63]
	s.mu.Lock()
	s.m[f.msg.ID] = f
	s.mu.Unlock()
}

func (t *flightTable) get(id store.ID) *flight {
	s := &t.shards[id[15]&63]
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.m[id]
}

func (t *flightTable) remove(id store.ID) {
	s := &t.shards[id[15]&63]
	s.mu.Lock()
	delete(s.m, id)
	s.mu.Unlock()
}

// scanAtOnce is how many of a table one round looks at, or a shard's length more: what
// a carrier holds in memory by default within a second, at a thousandth of a core.
const scanAtOnce = 8192

// overdue appends those whose deadline is over, of the next part of the table. One
// goroutine alone calls it.
func (t *flightTable) overdue(now time.Time, due []*flight) []*flight {
	seen := 0
	for i := 0; i < len(t.shards) && seen < scanAtOnce; i++ {
		s := &t.shards[t.next]
		t.next = (t.next + 1) % len(t.shards)
		s.mu.RLock()
		for _, f := range s.m {
			if !now.Before(f.msg.ExpiresAt) {
				due = append(due, f)
			}
		}
		seen += len(s.m)
		s.mu.RUnlock()
	}
	return due
}

func (t *flightTable) len() (n int) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.RLock()
		n += len(s.m)
		s.mu.RUnlock()
	}
	return n
}
