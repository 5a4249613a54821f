package session

import (
	"fmt"
	"time"

	"tollgate/smpp/pdu"
)

// keep is the goroutine that holds the session's one timer. It does what the
// machine says is due, expires requests, and at the end completes what is left.
func (s *Session) keep() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var dead []slot
	for {
		var again bool
		dead, again = s.round(dead[:0])
		if again {
			continue
		}
		if s.finish(dead[:0]) {
			return
		}
		timer.Reset(s.untilArmed())
		select {
		case <-timer.C:
		case <-s.kick:
		}
	}
}

// untilArmed is how long the keeper may sleep.
func (s *Session) untilArmed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, s.armed-s.now())
}

// round does all that is due now. It returns true when there may be more.
func (s *Session) round(dead []slot) ([]slot, bool) {
	s.mu.Lock()
	now := s.now()
	dead = s.window.expire(now-s.cfg.ResponseTimeout, dead)
	for range dead {
		s.waiters.wakeOne()
	}
	step, err := s.machine.tick(now, s.busy())
	switch step {
	case stepEnquire:
		s.control(&pdu.EnquireLink{}, CompleterFunc(s.enquired))
	case stepUnbind:
		s.control(&pdu.Unbind{}, CompleterFunc(s.unbound))
	case stepAnswerUnbind:
		s.answer(pdu.UnbindRespID, 0, s.unbindSeq)
	}
	s.armed = min(s.machine.next(), s.window.deadline(s.cfg.ResponseTimeout))
	s.mu.Unlock()
	s.complete(dead, func(*slot) error { return ErrTimeout }, now)
	switch step {
	case stepClose:
		s.end(err)
	case stepAnswerUnbind:
		s.endFlushed(ErrPeerUnbound)
	}
	return dead, step != stepNone || len(dead) > 0
}

// busy tells that something is under way in either direction.
func (s *Session) busy() bool { return s.window.used > 0 || s.incoming > 0 }

// control sends a request of the session's own. Called with mu held.
func (s *Session) control(p pdu.PDU, done Completer) {
	if err := s.put(p, done, true); err != nil {
		panic(fmt.Sprintf("session: %v", err)) // a PDU without fields cannot fail to encode
	}
}

// finish completes what still waits once the session has ended.
func (s *Session) finish(dead []slot) bool {
	s.mu.Lock()
	if s.machine.state != Closed {
		s.mu.Unlock()
		return false
	}
	now, handed, err := s.now(), s.handed, s.err
	dead = s.window.expire(now, dead)
	s.waiters.wakeAll()
	s.mu.Unlock()
	s.complete(dead, func(d *slot) error {
		if d.end > handed {
			return fmt.Errorf("%w: %w", ErrNotSent, err)
		}
		return fmt.Errorf("%w: %w", ErrLost, err)
	}, now)
	return true
}

// complete tells the owners of dead requests.
func (s *Session) complete(dead []slot, why func(*slot) error, now instant) {
	for i := range dead {
		dead[i].done.Complete(Outcome{Err: why(&dead[i]), Latency: now - dead[i].sent})
	}
}

// enquired is the outcome of our enquire_link.
func (s *Session) enquired(o Outcome) {
	if o.Err != nil {
		return // the machine's own limit decides what silence means
	}
	s.mu.Lock()
	s.machine.answered()
	s.mu.Unlock()
	s.wake() // the next one may be due before this one's limit would have been
	if s.cfg.RTT != nil {
		s.cfg.RTT(o.Latency)
	}
}

// unbound is the outcome of our unbind.
func (s *Session) unbound(o Outcome) {
	if o.Err == nil {
		s.end(ErrUnbound)
	}
}
