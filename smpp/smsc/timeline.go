package smsc

import (
	"sync"
	"time"

	"tollgate/smpp/pdu"
)

// What an event does when it is due.
const (
	evRespond   = iota // writes the response to a submit_sm
	evFinal            // the message reaches its final state
	evDeliver          // a delivery goes (back) into its account's queue
	evDropAll          // closes every connection, again and again
	evUnbindAll        // unbinds every bind, again and again
	evScript           // a step of the script waited for this
	evLetGo            // a hang of the script ends
)

// event is something due later. It is a value: a delay costs no allocation.
type event struct {
	at       int64  // nanoseconds since the server's start
	order    uint64 // of pushing, so that what is due together keeps its order
	c        *conn
	m        *message
	d        *delivery
	seq      uint32
	status   pdu.Status
	response pdu.CommandID
	what     uint8
	faults   faultSet
}

func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && e.order < o.order
}

// timelineSlack is how late an event may be, so that those due close together
// share one wake-up and one write.
const timelineSlack = 200 * time.Microsecond

// timeline is the heap of everything that is due later, four children a node:
// half the depth of a binary heap, and the children share a cache line or two.
type timeline struct {
	mu    sync.Mutex
	heap  []event
	order uint64
	until int64         // when the goroutine wakes by itself; 0: not before it is told
	wake  chan struct{} // tells it that something is due sooner
}

func newTimeline() *timeline { return &timeline{wake: make(chan struct{}, 1)} }

func (t *timeline) push(e event) {
	t.mu.Lock()
	t.order++
	e.order = t.order
	t.heap = append(t.heap, e)
	t.up(len(t.heap) - 1)
	sooner := t.until == 0 || e.at < t.until
	if sooner {
		t.until = e.at
	}
	t.mu.Unlock()
	if sooner {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

func (t *timeline) up(i int) {
	e := t.heap[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&t.heap[parent]) {
			break
		}
		t.heap[i] = t.heap[parent]
		i = parent
	}
	t.heap[i] = e
}

func (t *timeline) down(i int) {
	e := t.heap[i]
	for {
		least := 4*i + 1
		if least >= len(t.heap) {
			break
		}
		for k := least + 1; k < min(4*i+5, len(t.heap)); k++ {
			if t.heap[k].before(&t.heap[least]) {
				least = k
			}
		}
		if !t.heap[least].before(&e) {
			break
		}
		t.heap[i] = t.heap[least]
		i = least
	}
	t.heap[i] = e
}

// due moves what is due by now to dst and says when the next one is, 0 for
// none.
func (t *timeline) due(now int64, dst []event) (_ []event, next int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.heap) > 0 && t.heap[0].at <= now {
		dst = append(dst, t.heap[0])
		last := len(t.heap) - 1
		t.heap[0] = t.heap[last]
		t.heap[last] = event{}
		t.heap = t.heap[:last]
		if last > 0 {
			t.down(0)
		}
	}
	t.until = 0
	if len(t.heap) > 0 {
		t.until = t.heap[0].at
	}
	return dst, t.until
}

// runTimeline does what is due until the server closes.
func (s *Server) runTimeline() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var batch []event
	var touched touched
	for {
		var next int64
		batch, next = s.timeline.due(s.now(), batch[:0])
		for i := range batch {
			s.do(&batch[i], &touched)
		}
		touched.flush(nil)
		clear(batch)
		wait := time.Hour
		if next != 0 {
			wait = max(time.Duration(next-s.now()), timelineSlack)
		}
		timer.Reset(wait)
		select {
		case <-s.done:
			return
		case <-s.timeline.wake:
		case <-timer.C:
		}
	}
}

func (s *Server) do(e *event, t *touched) {
	switch e.what {
	case evRespond:
		e.c.pending.Add(-1)
		e.c.respond(e.seq, e.response, e.status, e.m, e.faults, t)
		if e.m != nil {
			s.afterResponse(e.m, t)
		}
	case evFinal:
		s.final(e.m, t)
	case evDeliver:
		e.d.m.acct.deliver(e.d, t)
	case evDropAll:
		s.Drop()
		s.after(s.p.Faults.DropEvery, event{what: evDropAll})
	case evUnbindAll:
		s.unbindAll(t)
		s.after(s.p.Faults.UnbindEvery, event{what: evUnbindAll})
	case evScript:
		s.script.timeout(int(e.seq), t)
	case evLetGo:
		s.script.letGo(e.seq)
	}
}

// after pushes an event that is due a while from now.
func (s *Server) after(d time.Duration, e event) {
	e.at = s.now() + int64(d)
	s.timeline.push(e)
}
