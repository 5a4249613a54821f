package session

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/smpp/pdu"
)

// Handler gets what the peer asks for. Its methods run on the session's own
// goroutines: they must not block and must not wait for the session.
type Handler interface {
	// Request is called for each request that the session does not answer itself
	// (all but bind, unbind and enquire_link). wire is the whole PDU, borrowed until
	// Request returns. Answer with Respond or Refuse, once, from any goroutine;
	// alert_notification and outbind have no response.
	Request(s *Session, h pdu.Header, wire []byte)
	// Closed is called once, after every request was completed.
	Closed(s *Session, err error)
}

// Session is one bind over one connection. Its methods can be called from any
// goroutine.
type Session struct {
	cfg     Config
	conn    net.Conn
	handler Handler
	start   time.Time

	mu        sync.Mutex
	machine   machine
	window    window
	waiters   waiters    // of Call, for a slot
	out       []byte     // encoded, to be written
	spare     []byte     // the other buffer, empty while a write is under way
	queued    uint64     // octets that ever went to out
	handed    uint64     // octets that were ever handed to the socket
	writable  *sync.Cond // out has something, or out has room again, or the session ended
	corked    bool       // the reader is in the middle of a batch
	flushing  bool       // close once out is written
	unbindSeq uint32     // sequence_number of the unbind of the peer
	incoming  int        // requests of the peer that wait for our response
	armed     instant    // when the keeper will wake by itself
	err       error      // why the session ended
	reason    error      // why it is going to end, once flushed

	kick  chan struct{} // wakes the keeper
	done  chan struct{} // closed at the very end
	batch instant       // when the reader's current batch came; the reader's own

	stats counters
}

// New starts a session over conn, which it owns from now on. The same function
// serves both sides: an ESME calls Bind next, an SMSC sets Config.Accept. The
// configuration must have passed Validate.
func New(conn net.Conn, cfg Config, h Handler) *Session {
	cfg = cfg.withDefaults()
	s := &Session{
		cfg: cfg, conn: conn, handler: h, start: time.Now(),
		machine: newMachine(&cfg), window: newWindow(cfg.Window),
		armed: never, kick: make(chan struct{}, 1), done: make(chan struct{}),
	}
	s.writable = sync.NewCond(&s.mu)
	var ended sync.WaitGroup
	ended.Go(s.keep)
	ended.Go(s.write)
	ended.Go(s.read)
	go func() {
		ended.Wait()
		h.Closed(s, s.Err())
		close(s.done)
	}()
	return s
}

// now is the session's clock. Reading the monotonic clock alone is the cheapest
// there is, and it is read for every request.
func (s *Session) now() instant { return time.Since(s.start) }

// Close ends the session at once, without unbind. What waits for a response is
// completed with ErrLost or ErrNotSent, by the session's own goroutine.
func (s *Session) Close() error {
	s.end(ErrClosed)
	return nil
}

// Done is closed when the session has ended, every request is completed and
// Handler.Closed has returned.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err tells why the session ended; nil while it has not.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// State returns where the session is in its life, and what it is bound as.
func (s *Session) State() (State, Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.machine.state, s.machine.mode
}

// RemoteAddr is the peer's address.
func (s *Session) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// end ends the session: the first reason given is the one told. The keeper
// completes what waits.
func (s *Session) end(err error) {
	s.mu.Lock()
	ended := s.machine.state == Closed
	if !ended {
		s.machine.state, s.err = Closed, err
		s.writable.Broadcast()
	}
	s.mu.Unlock()
	if ended {
		return
	}
	s.conn.Close() // the error is of no use: the connection is given up
	s.wake()
}

// endFlushed ends the session once all that is in the out buffer is written.
func (s *Session) endFlushed(err error) {
	s.mu.Lock()
	s.flushing, s.reason = true, err
	s.writable.Broadcast()
	s.mu.Unlock()
}

// wake makes the keeper look at the deadlines again.
func (s *Session) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// Stats are a session's counts since it started, and its present state.
type Stats struct {
	Late, Duplicate, Unexpected uint64 // responses that answered nothing waiting
	Refused                     uint64 // requests of the peer refused because too many were open
	Unknown                     uint64 // PDUs answered with generic_nack
	Window, WindowLimit         int    // requests of ours that wait for their response
	Incoming                    int    // requests of the peer that wait for ours
}

type counters struct {
	late, duplicate, unexpected, refused, unknown atomic.Uint64
}

// Stats returns the session's counts.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	used, incoming := s.window.used, s.incoming
	s.mu.Unlock()
	return Stats{
		Late: s.stats.late.Load(), Duplicate: s.stats.duplicate.Load(), Unexpected: s.stats.unexpected.Load(),
		Refused: s.stats.refused.Load(), Unknown: s.stats.unknown.Load(),
		Window: used, WindowLimit: s.cfg.Window, Incoming: incoming,
	}
}
