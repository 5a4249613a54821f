package session

import (
	"errors"
	"fmt"
	"io"

	"tollgate/smpp/pdu"
)

// responseBit marks a command_id as a response (SMPP 3.4 §5.1.2.1).
const responseBit pdu.CommandID = 0x80000000

// source is the connection as the PDU reader sees it. It is asked for more
// exactly when no whole PDU is left of the last read, so this is where a batch
// ends: what the callbacks of the batch submitted goes out in one write.
type source struct{ s *Session }

func (r source) Read(p []byte) (int, error) {
	s := r.s
	s.mu.Lock()
	s.corked = false
	if len(s.out) > 0 {
		s.writable.Broadcast()
	}
	for len(s.out) > outLimit && s.machine.state != Closed {
		s.writable.Wait() // the peer does not read our answers: do not read its requests
	}
	s.mu.Unlock()
	n, err := s.conn.Read(p)
	s.mu.Lock()
	s.corked = true
	s.mu.Unlock()
	s.batch = s.now()
	return n, err
}

// read is the reading goroutine.
func (s *Session) read() {
	r := pdu.NewReader(source{s}, s.cfg.MaxLength)
	for {
		h, wire, err := r.Next()
		if err != nil {
			s.readEnded(h, err)
			return
		}
		if h.ID&responseBit != 0 {
			s.response(h, wire)
		} else {
			s.request(h, wire)
		}
	}
}

// readEnded ends the session after reading failed. A PDU whose length cannot be
// trusted is still answered (SMPP 3.4 §4.3), a goodbye is no failure.
func (s *Session) readEnded(h pdu.Header, err error) {
	s.mu.Lock()
	s.corked = false
	s.writable.Broadcast()
	state := s.machine.state
	framing := errors.Is(err, pdu.ErrFraming) && state != Closed
	if framing {
		s.answer(pdu.GenericNackID, pdu.ESME_RINVCMDLEN, h.Sequence)
	}
	s.mu.Unlock()
	switch {
	case framing:
		s.endFlushed(fmt.Errorf("read from %s: %w", s.conn.RemoteAddr(), err))
	case state == PeerUnbinding:
		s.end(ErrPeerUnbound)
	case state == Unbinding:
		s.end(ErrUnbound)
	case errors.Is(err, io.EOF):
		s.end(fmt.Errorf("peer %s closed the connection: %w", s.conn.RemoteAddr(), err))
	default:
		s.end(fmt.Errorf("read from %s: %w", s.conn.RemoteAddr(), err))
	}
}

// response completes the request that a response answers.
func (s *Session) response(h pdu.Header, wire []byte) {
	s.mu.Lock()
	s.machine.hear(s.batch, h.ID == pdu.EnquireLinkRespID)
	slot, stray := s.window.find(h.Sequence, h.ID)
	if slot == nil {
		s.mu.Unlock()
		s.countStray(stray)
		return
	}
	done, sent := slot.done, slot.sent
	s.window.release(slot, answered)
	s.waiters.wakeOne()
	s.drained()
	s.mu.Unlock()
	done.Complete(Outcome{Header: h, Body: wire[pdu.HeaderLen:], Latency: s.batch - sent})
}

// drained tells the keeper when an unbind waited for what is now done. Called
// with mu held.
func (s *Session) drained() {
	if s.machine.state > Bound && !s.busy() {
		s.wake()
	}
}

func (s *Session) countStray(k stray) {
	switch k {
	case late:
		s.stats.late.Add(1)
	case duplicate:
		s.stats.duplicate.Add(1)
	case unexpected:
		s.stats.unexpected.Add(1)
	}
	if s.cfg.Stray != nil {
		s.cfg.Stray()
	}
}

// request answers what the session answers itself and hands on the rest.
func (s *Session) request(h pdu.Header, wire []byte) {
	s.mu.Lock()
	s.machine.hear(s.batch, h.ID == pdu.EnquireLinkID)
	state := s.machine.state
	switch {
	case state == Closed:
	case h.ID == pdu.EnquireLinkID: // always answered, bound or not, busy or not
		s.answer(pdu.EnquireLinkRespID, 0, h.Sequence)
	case h.ID == pdu.UnbindID:
		s.unbindSeq = h.Sequence
		s.machine.peerUnbound(s.now())
		s.wake()
	case modeOf(h.ID) != 0:
		s.mu.Unlock()
		s.accept(h, wire)
		return
	case !known(h.ID):
		s.stats.unknown.Add(1)
		s.answer(pdu.GenericNackID, pdu.ESME_RINVCMDID, h.Sequence)
	case !s.admitted(h.ID):
		s.answer(h.ID|responseBit, pdu.ESME_RINVBNDSTS, h.Sequence)
	case unanswered(h.ID):
		s.mu.Unlock()
		s.handler.Request(s, h, wire)
		return
	case s.incoming >= s.cfg.Incoming:
		s.stats.refused.Add(1)
		s.answer(h.ID|responseBit, s.cfg.Busy, h.Sequence)
	default:
		s.incoming++
		s.mu.Unlock()
		s.handler.Request(s, h, wire)
		return
	}
	s.mu.Unlock()
}

// known tells the commands of SMPP 3.4 §5.1.2.1 that can be requests.
func known(id pdu.CommandID) bool {
	switch id {
	case pdu.SubmitSMID, pdu.SubmitMultiID, pdu.DeliverSMID, pdu.DataSMID, pdu.QuerySMID,
		pdu.CancelSMID, pdu.ReplaceSMID, pdu.AlertNotificationID, pdu.OutbindID:
		return true
	}
	return false
}

// unanswered tells the requests that have no response (§4.1.7, §4.12).
func unanswered(id pdu.CommandID) bool {
	return id == pdu.AlertNotificationID || id == pdu.OutbindID
}

// admitted says whether the bind allows a request of the peer. Only submissions
// on a receiver bind are refused: some SMSCs deliver receipts on a transmitter
// bind, and refusing those would lose them. Called with mu held.
func (s *Session) admitted(id pdu.CommandID) bool {
	switch s.machine.state {
	case Open:
		return id == pdu.OutbindID
	case Bound, Draining, PeerUnbinding:
	default:
		return false
	}
	return s.machine.mode != Receiver || id != pdu.SubmitSMID && id != pdu.SubmitMultiID
}
