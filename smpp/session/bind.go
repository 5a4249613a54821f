package session

import (
	"context"
	"fmt"

	"tollgate/smpp/pdu"
)

// Bind asks the peer, an SMSC, for a bind and waits for its answer. A refusal
// is a *BindError; after any error the session is closed.
func (s *Session) Bind(ctx context.Context, mode Mode, b pdu.Bind) (pdu.BindResp, error) {
	reply := make(chan bindReply, 1)
	err := s.sendBind(mode, b, CompleterFunc(func(o Outcome) { reply <- s.bindDone(mode, o) }))
	if err == nil {
		select {
		case r := <-reply:
			if r.err == nil {
				return r.resp, nil
			}
			err = r.err
		case <-ctx.Done():
			err = fmt.Errorf("wait for the bind response: %w", ctx.Err())
		}
	}
	s.end(err)
	return pdu.BindResp{}, err
}

type bindReply struct {
	resp pdu.BindResp
	err  error
}

func (s *Session) sendBind(mode Mode, b pdu.Bind, done Completer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine.state != Open {
		return fmt.Errorf("bind: session is %s", s.machine.state)
	}
	return s.put(mode.request(b), done, true)
}

// bindDone makes the session bound before the next PDU is read, so that a
// receipt right behind the bind response finds a bound session.
func (s *Session) bindDone(mode Mode, o Outcome) bindReply {
	switch {
	case o.Err != nil:
		return bindReply{err: fmt.Errorf("bind: %w", o.Err)}
	case o.Header.Status != 0:
		return bindReply{err: &BindError{o.Header.Status}}
	case o.Header.ID == pdu.GenericNackID:
		return bindReply{err: &BindError{pdu.ESME_RINVCMDID}}
	}
	var resp pdu.BindTransceiverResp // the three have the same body
	if err := resp.Decode(o.Body); err != nil {
		return bindReply{err: fmt.Errorf("decode the bind response: %w", err)}
	}
	s.mu.Lock()
	s.machine.bound(s.now(), mode)
	s.mu.Unlock()
	s.wake()
	return bindReply{resp: resp.BindResp}
}

// accept answers a bind that the peer, an ESME, asks for.
func (s *Session) accept(h pdu.Header, wire []byte) {
	mode := modeOf(h.ID)
	if state, _ := s.State(); state != Open {
		s.refuseBind(h, pdu.ESME_RALYBND)
		return
	}
	if s.cfg.Accept == nil {
		s.refuseBind(h, pdu.ESME_RBINDFAIL)
		return
	}
	var b pdu.BindTransceiver // the three have the same body
	if err := b.Decode(wire[pdu.HeaderLen:]); err != nil {
		s.refuseBind(h, statusOf(err))
		return
	}
	if status := s.cfg.Accept(s, mode, &b.Bind); status != 0 {
		s.refuseBind(h, status)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine.state != Open {
		return
	}
	before := len(s.out)
	out, err := pdu.Append(s.out, mode.response(pdu.BindResp{SystemID: s.cfg.SystemID}), 0, h.Sequence)
	if err != nil { // our own system_id does not fit
		s.answer(h.ID|responseBit, pdu.ESME_RSYSERR, h.Sequence)
		return
	}
	s.append(out, before)
	s.machine.bound(s.now(), mode)
	s.wake()
}

func (s *Session) refuseBind(h pdu.Header, status pdu.Status) {
	s.mu.Lock()
	if s.machine.state != Closed {
		s.answer(h.ID|responseBit, status, h.Sequence)
	}
	s.mu.Unlock()
}
