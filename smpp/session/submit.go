package session

import (
	"context"
	"fmt"
	"time"

	"tollgate/smpp/pdu"
)

// Outcome is what came of a request.
type Outcome struct {
	Header  pdu.Header    // of the response; zero when Err is set
	Body    []byte        // of the response, borrowed until Complete returns
	Err     error         // ErrTimeout, ErrLost or ErrNotSent (errors.Is); nil: there is a response, maybe a refusal
	Latency time.Duration // from Submit to the response, or to giving up
}

// Completer is told the outcome of a request, exactly once, on one of the
// session's goroutines: it must not block. It may submit the next request.
type Completer interface {
	Complete(o Outcome)
}

// CompleterFunc lets a function be a Completer.
type CompleterFunc func(o Outcome)

// Complete calls f.
func (f CompleterFunc) Complete(o Outcome) { f(o) }

// Submit sends a request, of any command, and returns without waiting. It
// reserves a slot, then encodes: p is not used after Submit returns. Errors:
// ErrWindowFull, ErrNotBound, ErrClosing, the reason why the session ended, or a
// *pdu.FieldError; after one of these done is not called.
func (s *Session) Submit(p pdu.PDU, done Completer) error {
	s.mu.Lock()
	err := s.submittable(p.CommandID())
	if err == nil && s.window.full() {
		err = ErrWindowFull
	}
	if err == nil {
		err = s.put(p, done, false)
	}
	s.mu.Unlock()
	return err
}

// submittable says whether the state of the bind allows a request of ours. What
// an SMSC sends is not held against the mode it was bound with: the ESME asked
// for it.
func (s *Session) submittable(id pdu.CommandID) error {
	switch s.machine.state {
	case Bound:
	case Closed:
		return fmt.Errorf("%w: %w", ErrNotBound, s.err)
	case Open:
		if id == pdu.OutbindID {
			return nil
		}
		return ErrNotBound
	default:
		return ErrClosing
	}
	if s.machine.mode == Receiver && id == pdu.SubmitSMID {
		return ErrNotBound
	}
	return nil
}

// put reserves a slot and encodes p into the out buffer. Called with mu held.
func (s *Session) put(p pdu.PDU, done Completer, control bool) error {
	now := s.now()
	slot := s.window.put(now, p.CommandID()|responseBit, done, control)
	before := len(s.out)
	b, err := pdu.Append(s.out, p, 0, slot.seq)
	if err != nil {
		s.window.release(slot, free)
		return fmt.Errorf("encode %s: %w", p.CommandID(), err)
	}
	s.append(b, before)
	slot.end = s.queued
	if now+s.cfg.ResponseTimeout < s.armed {
		s.armed = now + s.cfg.ResponseTimeout
		s.wake()
	}
	return nil
}

// Call sends a request and waits for its response, and before that for a slot, in
// the order of calling. The response's body is the caller's own. A response
// with a command_status other than ESME_ROK is no error here. When ctx ends
// while the response is awaited, the request keeps its slot until its response or
// time-out.
func (s *Session) Call(ctx context.Context, p pdu.PDU) (pdu.Header, []byte, error) {
	reply := make(chan Outcome, 1)
	done := CompleterFunc(func(o Outcome) {
		o.Body = append([]byte(nil), o.Body...)
		reply <- o
	})
	if err := s.submitWaiting(ctx, p, done); err != nil {
		return pdu.Header{}, nil, err
	}
	select {
	case o := <-reply:
		return o.Header, o.Body, o.Err
	case <-ctx.Done():
		return pdu.Header{}, nil, fmt.Errorf("wait for the response to %s: %w", p.CommandID(), ctx.Err())
	}
}

// submitWaiting is Submit, but waits for a slot.
func (s *Session) submitWaiting(ctx context.Context, p pdu.PDU, done Completer) error {
	for {
		err := s.Submit(p, done)
		if err != ErrWindowFull {
			return err
		}
		if err := s.waitSlot(ctx); err != nil {
			return err
		}
	}
}
