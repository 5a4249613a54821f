package session

import "time"

// instant is a moment on the session's own monotonic clock: the time since it
// was started.
type instant = time.Duration

// never is later than any deadline.
const never = instant(1<<63 - 1)

// State is where a session is in its life (SMPP 3.4 §2.2).
type State uint8

// The states of a session.
const (
	Open          State = iota // connected, not bound
	Bound                      // bound; the mode says what for
	Draining                   // we want to unbind and wait for what is under way
	Unbinding                  // our unbind is sent
	PeerUnbinding              // the peer's unbind came; we answer once what is under way is done
	Closed                     // over
)

var stateNames = [...]string{"open", "bound", "draining", "unbinding", "peer unbinding", "closed"}

func (s State) String() string { return stateNames[s] }

// step is what the machine wants done by the goroutine that holds the timer.
type step uint8

const (
	stepNone         step = iota
	stepEnquire           // send enquire_link
	stepUnbind            // send unbind
	stepAnswerUnbind      // send unbind_resp, then close
	stepClose             // end the session with the error returned beside
)

// machine is the state of one bind. It is pure: events and times go in, steps
// and the next deadline come out.
type machine struct {
	enquire, response, drain, inactivity time.Duration // the limits, see Config

	state State
	mode  Mode

	heard    instant // the last PDU of any kind from the peer
	active   instant // the last PDU other than enquire_link
	asked    instant // when our enquire_link was sent
	asking   bool    // and it is not answered yet
	deadline instant // the end of Open, Draining, Unbinding or PeerUnbinding
}

func newMachine(c *Config) machine {
	return machine{
		enquire: c.EnquireInterval, response: c.ResponseTimeout, drain: c.DrainTimeout,
		inactivity: c.InactivityTimeout, deadline: c.BindTimeout,
	}
}

// bound is the event of an accepted bind.
func (m *machine) bound(now instant, mode Mode) {
	if m.state != Open {
		return
	}
	m.state, m.mode = Bound, mode
	m.heard, m.active = now, now
}

// hear is the event of any PDU from the peer.
func (m *machine) hear(now instant, keepAlive bool) {
	m.heard = now
	if !keepAlive {
		m.active = now
	}
}

// answered is the event of an enquire_link_resp.
func (m *machine) answered() { m.asking = false }

// unbind is the wish of this side to end the bind.
func (m *machine) unbind(now instant) {
	switch m.state {
	case Bound, Open:
		m.state, m.deadline = Draining, now+m.drain
	}
}

// peerUnbound is the event of an unbind from the peer.
func (m *machine) peerUnbound(now instant) {
	switch m.state {
	case Open, Bound, Draining, Unbinding:
		m.state, m.deadline = PeerUnbinding, now+m.drain
	}
}

// tick says what is due at now. busy tells that requests of either side still
// wait for their response. It is called again until it returns stepNone.
func (m *machine) tick(now instant, busy bool) (step, error) {
	switch m.state {
	case Open:
		if now >= m.deadline {
			return stepClose, ErrBindTimeout
		}
	case Bound:
		return m.keepAlive(now)
	case Draining:
		if !busy || now >= m.deadline {
			m.state, m.deadline = Unbinding, now+m.response
			return stepUnbind, nil
		}
		return m.keepAlive(now)
	case Unbinding:
		if now >= m.deadline {
			return stepClose, ErrUnbindTimeout
		}
	case PeerUnbinding:
		if m.deadline != never && (!busy || now >= m.deadline) {
			m.deadline = never // answered once; the write limit sees to the rest
			return stepAnswerUnbind, nil
		}
	}
	return stepNone, nil
}

// keepAlive sends enquire_link after silence and ends the session when not even
// that brings a sign of life. A peer that sends other PDUs is alive, whether
// it answers enquire_link or not.
func (m *machine) keepAlive(now instant) (step, error) {
	switch {
	case m.asking && now >= m.asked+m.response:
		if m.heard <= m.asked {
			return stepClose, ErrPeerSilent
		}
		m.asking = false
	case !m.asking && now >= m.quietUntil():
		m.asking, m.asked = true, now
		return stepEnquire, nil
	}
	if m.inactivity > 0 && now >= m.active+m.inactivity {
		return stepClose, ErrInactive
	}
	return stepNone, nil
}

// quietUntil is when the next enquire_link is due.
func (m *machine) quietUntil() instant { return max(m.heard, m.asked) + m.enquire }

// next is the earliest moment at which tick may have something to do.
func (m *machine) next() instant {
	if m.state == Closed {
		return never
	}
	if m.state == Open || m.state == Unbinding || m.state == PeerUnbinding {
		return m.deadline
	}
	at := m.quietUntil()
	if m.asking {
		at = m.asked + m.response
	}
	if m.inactivity > 0 {
		at = min(at, m.active+m.inactivity)
	}
	if m.state == Draining {
		at = min(at, m.deadline)
	}
	return at
}
