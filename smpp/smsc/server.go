package smsc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// ErrClosed is what Serve returns when Close came before it.
var ErrClosed = errors.New("smsc: server closed")

const (
	accountsMax = 100_000 // system_ids remembered at once
	pendingMax  = 100_000 // unanswered submit_sm of one bind before its requests stop being read
)

// acceptWait is the wait after an error of accept that may pass.
const acceptWait = 50 * time.Millisecond

// Options are what a profile does not say. Passwords are left out of a record
// and blanked in a capture; numbers and texts are in both, and nothing bounds
// their size.
type Options struct {
	Logger     *slog.Logger  // default: discards
	OnMessage  func(Message) // called for every whole message, from a connection's goroutine: it must not block
	Record     io.Writer     // JSON Lines, one for every PDU received or sent
	PCAP       io.Writer     // the same as a pcap file, of raw IP packets: what was read and what was written
	InboxSize  int           // messages that Inbox and query_sm remember; default 10000, below 0 none
	UniqueSize int           // messages that Stats.Unique tells apart, the newest; default 100000, below 0 none
}

// Server is a simulated SMSC. Its methods are safe for concurrent use.
type Server struct {
	p        *Profile
	log      *slog.Logger
	onWhole  func(Message)
	rec      *recorder
	pcap     *capture
	recorded bool // one of them is there
	timeline *timeline
	book     *book
	unique   *uniqueSet
	stats    counters
	plain    bool // the profile draws nothing for a submit_sm
	epoch    time.Time
	nextID   atomic.Uint64
	nextConn atomic.Uint64
	script   *script // nil without one
	paused   atomic.Bool
	held     atomic.Bool // the script lets nothing out
	stopped  atomic.Bool
	done     chan struct{}
	start    sync.Once

	shutUntil, octets atomic.Int64 // the script closes new connections, and writes single octets, until then

	wg sync.WaitGroup

	mu        sync.Mutex
	listeners map[net.Listener]bool
	conns     map[*conn]bool
	accounts  map[string]*account
	refused   int // binds refused so far by RefuseBind.First
}

// New makes a server that behaves as p says; a nil p is the perfect SMSC. The
// profile must be valid (Profile.Validate).
func New(p *Profile, opts Options) *Server {
	if p == nil {
		p = new(Profile)
	}
	s := &Server{
		p: p.withDefaults(), log: opts.Logger, onWhole: opts.OnMessage,
		timeline: newTimeline(), epoch: time.Now(), done: make(chan struct{}),
		listeners: map[net.Listener]bool{}, conns: map[*conn]bool{}, accounts: map[string]*account{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if opts.Record != nil {
		s.rec = &recorder{w: opts.Record}
	}
	if opts.PCAP != nil {
		s.pcap = newCapture(opts.PCAP, s.log)
	}
	s.recorded = s.rec != nil || s.pcap != nil
	s.book = newBook(sizeOr(opts.InboxSize, 10_000), s.p.alphabet())
	s.unique = newUniqueSet(sizeOr(opts.UniqueSize, 100_000))
	s.plain = s.p.plain()
	if len(s.p.Script) > 0 {
		s.script = &script{s: s, steps: s.p.Script}
	}
	s.nextID.Store(s.p.FirstID)
	if s.p.FirstID == 0 {
		s.nextID.Store(uint64(s.epoch.UnixMicro()))
	}
	return s
}

func sizeOr(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return max(n, 0)
}

// now is the time since the server's start in nanoseconds.
func (s *Server) now() int64 { return int64(time.Since(s.epoch)) }

// ListenAndServe listens on a TCP address and serves until Close.
func (s *Server) ListenAndServe(addr string) error {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen for SMPP: %w", err)
	}
	return s.Serve(l)
}

// Serve accepts connections from l, which it closes, until Close; then it
// returns nil. For TLS pass a listener of crypto/tls.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	s.mu.Lock()
	if s.stopped.Load() {
		s.mu.Unlock()
		return ErrClosed
	}
	s.listeners[l] = true
	s.mu.Unlock()
	s.run()
	for {
		nc, err := l.Accept()
		if err != nil {
			if s.stopped.Load() {
				return nil
			}
			if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED) {
				s.log.Error("smsc: accept a connection; raise the limit of open files if this goes on", "err", err)
				time.Sleep(acceptWait)
				continue
			}
			return fmt.Errorf("accept an SMPP connection: %w", err)
		}
		s.serveConn(nc, nil)
	}
}

// run starts the goroutines that all connections share.
func (s *Server) run() {
	s.start.Do(func() {
		s.wg.Go(s.runTimeline)
		s.wg.Go(s.runSweeper)
		if s.script != nil {
			s.script.begin()
		}
		if d := s.p.Faults.DropEvery; d > 0 {
			s.after(d, event{what: evDropAll})
		}
		if d := s.p.Faults.UnbindEvery; d > 0 {
			s.after(d, event{what: evUnbindAll})
		}
	})
}

// serveConn serves one connection in a goroutine of its own; first, when it is
// there, runs in it before anything is read.
func (s *Server) serveConn(nc net.Conn, first func(*conn)) {
	if s.script != nil && s.now() < s.shutUntil.Load() {
		nc.Close()
		return
	}
	c := newConn(s, nc)
	if s.pcap != nil {
		from := fromESME
		if first != nil {
			from = fromSMSC // we connected
		}
		c.flow = s.pcap.open(nc, c.id, from)
	}
	s.mu.Lock()
	if s.stopped.Load() {
		s.mu.Unlock()
		nc.Close()
		return
	}
	s.conns[c] = true
	s.wg.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.wg.Done()
		if first != nil {
			first(c)
		}
		c.serve()
	}()
}

// Close stops listening, closes every connection and waits until all is done.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.stopped.Swap(true) {
		s.mu.Unlock()
		s.wg.Wait()
		return nil
	}
	close(s.done)
	for l := range s.listeners {
		l.Close()
	}
	s.mu.Unlock()
	s.Drop()
	s.wg.Wait()
	return nil
}

// Drop closes every connection at once, as a crash of the carrier would. The
// server goes on listening.
func (s *Server) Drop() {
	for _, c := range s.all() {
		c.shut()
	}
}

// Pause stops all answers, as a carrier that hangs does: connections stay
// open and are read from until their output is full.
func (s *Server) Pause() { s.paused.Store(true) }

// Resume writes what Pause held back and goes on.
func (s *Server) Resume() {
	s.paused.Store(false)
	for _, c := range s.all() {
		c.flush(false)
	}
}

func (s *Server) all() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	return conns
}

// bound are the connections that are bound.
func (s *Server) bound() []*conn {
	return slices.DeleteFunc(s.all(), func(c *conn) bool { return c.acct.Load() == nil })
}

// unbindAll asks every bind to leave.
func (s *Server) unbindAll(t *touched) {
	for _, c := range s.bound() {
		c.unbind(t)
	}
}

// account returns the state of a system_id, nil when there are too many.
func (s *Server) account(systemID string) *account {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[systemID]
	if a == nil && len(s.accounts) < accountsMax {
		a = newAccount(s, systemID)
		s.accounts[systemID] = a
	}
	return a
}
