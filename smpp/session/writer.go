package session

import (
	"fmt"
	"runtime"
	"time"

	"tollgate/smpp/pdu"
)

// corkLimit is how much may gather, in octets, while the reader works through a
// batch, before the writer is woken all the same.
const corkLimit = 16 << 10

// company is how many octets are worth a write at once. With hundreds of others ready
// to run, letting them go first takes milliseconds, and a peer whose window of
// deliver_sm is full sends nothing until it has our answers.
const company = 512

// keepBuffer is the largest out buffer that is kept for reuse, in octets.
const keepBuffer = 256 << 10

// append takes over the out buffer with a PDU appended, and wakes the writer.
// Called with mu held.
func (s *Session) append(b []byte, before int) {
	s.queued += uint64(len(b) - before)
	s.out = b
	if !s.corked || len(b) > corkLimit {
		s.writable.Broadcast()
	}
}

// write is the writing goroutine: it writes all that has gathered with one call,
// and what gathers meanwhile with the next.
func (s *Session) write() {
	for {
		if s.awaitOut() < company {
			runtime.Gosched() // those who are ready to run may have more for the same write
		}
		b, ok := s.takeOut()
		if !ok {
			return
		}
		// A deadline on each write: a peer that stops reading must not hold us.
		err := s.conn.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout))
		if err == nil {
			_, err = s.conn.Write(b)
		}
		if err != nil {
			s.end(fmt.Errorf("write to %s: %w", s.conn.RemoteAddr(), err))
			return
		}
		s.returnOut(b)
	}
}

// awaitOut waits for something to write, or for the end, and returns how many octets
// there are.
func (s *Session) awaitOut() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for (len(s.out) == 0 || s.corked && len(s.out) <= corkLimit) && !s.flushing && s.machine.state != Closed {
		s.writable.Wait()
	}
	return len(s.out)
}

// takeOut takes what there is to write. It returns false when there is nothing
// more to come.
func (s *Session) takeOut() ([]byte, bool) {
	s.mu.Lock()
	if s.machine.state == Closed {
		s.mu.Unlock()
		return nil, false
	}
	if len(s.out) == 0 { // flushing, and all is written
		reason := s.reason
		s.mu.Unlock()
		s.end(reason)
		return nil, false
	}
	b := s.out
	s.out, s.spare = s.spare[:0], nil
	s.handed = s.queued
	s.mu.Unlock()
	return b, true
}

// returnOut gives a written buffer back, and wakes a reader that waits for room.
func (s *Session) returnOut(b []byte) {
	s.mu.Lock()
	if cap(b) <= keepBuffer {
		s.spare = b[:0]
	}
	if len(b) > outLimit/2 {
		s.writable.Broadcast()
	}
	s.mu.Unlock()
}

// answer sends a PDU without a body. Called with mu held.
func (s *Session) answer(id pdu.CommandID, status pdu.Status, seq uint32) {
	before := len(s.out)
	s.append(pdu.AppendHeader(s.out, pdu.Header{Length: pdu.HeaderLen, ID: id, Status: status, Sequence: seq}), before)
}
