package session

import (
	"math/bits"
	"time"

	"tollgate/smpp/pdu"
)

// maxSequence is the largest sequence_number (SMPP 3.4 §5.1.4); 0 is not used.
const maxSequence = 0x7FFFFFFF

// controlSlots is room for enquire_link, bind and unbind beside the window.
const controlSlots = 4

// fate says what became of a slot's request.
type fate uint8

const (
	free     fate = iota // never used
	waiting              // for its response
	answered             // its response came
	expired              // its response did not come in time
)

// slot is one request of ours.
type slot struct {
	done       Completer
	sent       instant
	end        uint64 // position of its last octet in all that the session wrote
	seq        uint32
	want       pdu.CommandID // the response that answers it
	prev, next int32         // neighbours in the order of sending, while waiting
	fate       fate
	control    bool // not counted in the window
}

// window holds the requests that wait for their response. It is a table indexed by
// the low bits of sequence_number, with at least twice as many slots as may be in
// use: sequence numbers rise monotonically and skip those whose slot is still
// taken by a slow response. The waiting slots are also linked in the order of
// sending: since all have the same time-out, the first is the only one to watch.
type window struct {
	slots []slot // the last one is the head of the list
	mask  uint32
	last  uint32 // sequence number given last
	limit int    // requests, control not counted
	used  int    // requests waiting, control not counted
}

func newWindow(limit int) window {
	size := 1 << bits.Len(uint(2*(limit+controlSlots)-1))
	w := window{slots: make([]slot, size+1), mask: uint32(size - 1), limit: limit}
	head := &w.slots[size]
	head.prev, head.next = int32(size), int32(size)
	return w
}

// full tells that no request but a control one can be put.
func (w *window) full() bool { return w.used >= w.limit }

// empty tells that nothing waits, not even a control request.
func (w *window) empty() bool { return w.slots[len(w.slots)-1].next == int32(len(w.slots)-1) }

// put reserves a slot and gives it a sequence number. The caller has made sure
// that the window is not full.
func (w *window) put(now instant, want pdu.CommandID, done Completer, control bool) *slot {
	seq := after(w.last)
	for w.slots[seq&w.mask].fate == waiting {
		seq = after(seq)
	}
	w.last = seq
	at, head := int32(seq&w.mask), int32(len(w.slots)-1)
	before := w.slots[head].prev
	s := &w.slots[at]
	*s = slot{done: done, sent: now, seq: seq, want: want, prev: before, next: head, fate: waiting, control: control}
	w.slots[before].next, w.slots[head].prev = at, at
	if !control {
		w.used++
	}
	return s
}

// after is the sequence number that follows seq.
func after(seq uint32) uint32 {
	if seq >= maxSequence {
		return 1
	}
	return seq + 1
}

// find returns the waiting request that a response with seq and id answers, and
// else what to count the response as.
func (w *window) find(seq uint32, id pdu.CommandID) (*slot, stray) {
	s := &w.slots[seq&w.mask]
	if s.seq != seq {
		return nil, unexpected
	}
	switch {
	case s.fate == answered:
		return nil, duplicate
	case s.fate == expired:
		return nil, late
	case s.fate == free || id != s.want && id != pdu.GenericNackID:
		return nil, unexpected
	}
	return s, 0
}

// release ends the wait of s with the given fate.
func (w *window) release(s *slot, f fate) {
	w.slots[s.prev].next, w.slots[s.next].prev = s.next, s.prev
	s.fate, s.done = f, nil
	if !s.control {
		w.used--
	}
}

// oldest returns the request that waits longest, or nil.
func (w *window) oldest() *slot {
	if w.empty() {
		return nil
	}
	return &w.slots[w.slots[len(w.slots)-1].next]
}

// expire moves the requests sent at or before limit to dead, as copies.
func (w *window) expire(limit instant, dead []slot) []slot {
	for s := w.oldest(); s != nil && s.sent <= limit; s = w.oldest() {
		dead = append(dead, *s)
		w.release(s, expired)
	}
	return dead
}

// deadline is when the oldest request has waited for timeout.
func (w *window) deadline(timeout time.Duration) instant {
	if s := w.oldest(); s != nil {
		return s.sent + timeout
	}
	return never
}

// stray is a response that answers nothing.
type stray uint8

const (
	late       stray = iota + 1 // its request had timed out
	duplicate                   // its request had its response
	unexpected                  // its request is unknown, or was another command
)
