package carrier

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// Slot is room for one message on one link: window slots and its share of the
// rate. It is used once, by Submit or Release.
type Slot struct {
	c     *Carrier
	l     *link
	conn  Link // the bind of the moment of reservation
	parts int  // paid for
	held  int  // window slots
	used  atomic.Bool

	// From here on the message under way.
	mu       sync.Mutex
	m        Submission
	sm       pdu.SubmitSM // what the parts share, and the part being written
	done     func(Result)
	began    time.Time
	next     int // part to write next
	open     int // parts without an outcome
	results  []partResult
	single   [1]partResult // results of a message in one part
	singleID [1]string
	tlvs     [2]pdu.TLV // room for what most parts have
	stopped  bool       // a part failed: the rest is not written
	writeErr error      // why a part could not be written
}

// partResult is the outcome of one part, and the Completer that receives it.
type partResult struct {
	s       *Slot
	index   int
	written bool
	in      bool // its outcome is known
	status  pdu.Status
	id      string
	ref     [2]byte // user_message_reference, as its TLV has it
	err     error   // no response
	latency time.Duration
}

// Link is the index of the link that the slot is on.
func (s *Slot) Link() int { return s.l.index }

// Release gives the slot back unused. After Submit, or a second time, it does
// nothing, so it can be deferred.
func (s *Slot) Release() {
	if s.used.CompareAndSwap(false, true) {
		s.c.giveBack(s)
	}
}

// giveBack returns a slot's window and its share of the rate.
func (c *Carrier) giveBack(s *Slot) {
	c.mu.Lock()
	c.rate.giveBack(s.parts)
	s.l.aimd.bucket.giveBack(s.parts)
	c.mu.Unlock()
	c.free(s.l, s.held)
}

// Submit sends all parts in order on the slot's link. done is called exactly once
// with the result for the whole message: from the link's goroutine, or from
// Submit itself when nothing could be written. It must not block.
func (s *Slot) Submit(m *Submission, done func(Result)) {
	if !s.used.CompareAndSwap(false, true) {
		done(Result{NotSent: true, Err: ErrSlotUsed, Next: unsent})
		return
	}
	if err := s.prepare(m, done); err != nil {
		s.c.giveBack(s)
		next := unsent
		if errors.Is(err, ErrExpired) {
			next = Verdict{Final: true}
		}
		done(Result{NotSent: true, Err: err, Next: next, Link: s.l.index})
		return
	}
	s.mu.Lock()
	for range s.held {
		s.writeNext()
	}
	spare := s.held - s.next
	r, over := s.result()
	s.mu.Unlock()
	if spare > 0 { // parts that could not be written hold no slot
		s.c.free(s.l, spare)
	}
	if over {
		done(r)
	}
}

// prepare checks the message and encodes what its parts share.
func (s *Slot) prepare(m *Submission, done func(Result)) (err error) {
	if len(m.Parts) != s.parts {
		return fmt.Errorf("carrier %s: message of %d parts in a slot for %d", s.c.cfg.Name, len(m.Parts), s.parts)
	}
	s.began = time.Now()
	if s.sm, err = s.c.envelope(m, s.began); err != nil {
		return err
	}
	s.m, s.done, s.open = *m, done, s.parts
	s.sm.TLVs = s.tlvs[:0]
	s.results = s.single[:]
	if s.parts > 1 {
		s.results = make([]partResult, s.parts)
	}
	for i := range s.results {
		s.results[i].s, s.results[i].index = s, i
	}
	if m.Repeat {
		s.c.metrics.repeats.Inc()
	}
	s.c.charge(s.l, m.Segments-s.parts)
	return nil
}

// charge counts further segments against the rate, which may go into debt for them.
func (c *Carrier) charge(l *link, segments int) {
	if segments <= 0 {
		return
	}
	c.mu.Lock()
	c.rate.take(segments)
	l.aimd.bucket.take(segments)
	c.mu.Unlock()
}

// writeNext writes the next part, unless one before it failed. It returns whether
// it took over a window slot. Called with mu held.
func (s *Slot) writeNext() bool {
	if s.stopped || s.next == s.parts {
		return false
	}
	part := &s.m.Parts[s.next]
	s.fill(part, s.next)
	if err := s.conn.Submit(&s.sm, &s.results[s.next]); err != nil {
		s.stopped, s.writeErr = true, err
		s.open -= s.parts - s.next
		return false
	}
	s.results[s.next].written = true
	s.next++
	return true
}

// Complete is a part's outcome, from the link's goroutine.
func (p *partResult) Complete(o session.Outcome) {
	s := p.s
	p.note(o)
	s.c.observe(s.l, p)
	s.mu.Lock()
	s.open--
	p.in = true
	if p.err != nil || p.status != 0 {
		s.stop()
	}
	keep := s.writeNext()
	r, over := s.result()
	s.mu.Unlock()
	if !keep {
		s.c.free(s.l, 1)
	}
	if over {
		s.done(r)
	}
}

// stop writes off the parts that were not written yet. Called with mu held.
func (s *Slot) stop() {
	if !s.stopped {
		s.stopped = true
		s.open -= s.parts - s.next
	}
}

// note takes over what the response says.
func (p *partResult) note(o session.Outcome) {
	p.latency, p.err = o.Latency, o.Err
	if o.Err != nil {
		return
	}
	p.status = o.Header.Status
	if o.Header.ID == pdu.GenericNackID && p.status == 0 {
		p.status = pdu.ESME_RSYSERR // a refusal that does not say why
	}
	if p.status == 0 {
		// An id that cannot be read only costs the receipt: the message is accepted.
		id, _ := pdu.DecodeSubmitSMResp(o.Body)
		p.id = string(id)
	}
}
