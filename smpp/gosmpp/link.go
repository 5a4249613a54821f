package gosmpp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fiorix/go-smpp/smpp"
	their "github.com/fiorix/go-smpp/smpp/pdu"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// Link is one bind. Submit and its Completer behave as those of session.Session.
type Link struct {
	cfg  Config
	conn smpp.Conn
	out  chan outgoing // to the writer; room for the whole window and all answers

	heard   atomic.Int64 // UnixNano of the last PDU read
	writing atomic.Int64 // UnixNano since when a write runs; 0: none
	unacked atomic.Int64

	mu      sync.Mutex
	pending map[uint32]*request
	used    int // of the window
	closing bool
	err     error // why the link ended
	goodbye error // why it is going to end: the peer unbound

	ended chan struct{} // the link is ending
	done  chan struct{} // everything is completed
}

// request is one that waits for its response.
type request struct {
	done    session.Completer
	sent    time.Time
	control bool // not counted in the window
	handed  bool // given to the library's connection
}

// outgoing is one PDU for the writer.
type outgoing struct {
	body    their.Body
	request *request // nil for an answer
}

// errEncode is why a request never left: the library could not encode it.
var errEncode = errors.New("go-smpp cannot encode the PDU")

// controlRoom is room in the out queue for enquire_link, unbind and their answers.
const controlRoom = 64

// Dial connects and binds. A refusal is a *session.BindError.
func Dial(ctx context.Context, cfg Config) (*Link, error) {
	conn, err := connect(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = bind(conn, &cfg)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	l := &Link{
		cfg: cfg, conn: conn, out: make(chan outgoing, cfg.Window+cfg.MaxUnacked+controlRoom),
		pending: map[uint32]*request{}, ended: make(chan struct{}), done: make(chan struct{}),
	}
	l.heard.Store(time.Now().UnixNano())
	var all sync.WaitGroup
	all.Go(l.read)
	all.Go(l.write)
	all.Go(l.keep)
	go func() {
		all.Wait()
		l.completeRest()
		close(l.done)
	}()
	return l, nil
}

// connect dials; the library has no time-out for it, so it is abandoned when ctx
// ends.
func connect(ctx context.Context, cfg *Config) (smpp.Conn, error) {
	type result struct {
		conn smpp.Conn
		err  error
	}
	secured := cfg.TLS
	if secured != nil && secured.ServerName == "" {
		secured = secured.Clone()
		secured.ServerName, _, _ = net.SplitHostPort(cfg.Addr)
	}
	dialed := make(chan result, 1)
	go func() {
		conn, err := dial(cfg.Addr, secured)
		dialed <- result{conn, err}
	}()
	select {
	case r := <-dialed:
		return r.conn, r.err
	case <-ctx.Done():
		go func() {
			if r := <-dialed; r.err == nil {
				r.conn.Close()
			}
		}()
		return nil, fmt.Errorf("connect to %s: %w", cfg.Addr, ctx.Err())
	}
}

func dial(addr string, secured *tls.Config) (smpp.Conn, error) {
	conn, err := smpp.Dial(addr, secured)
	if err != nil {
		return nil, err // not a typed nil in an interface
	}
	return conn, nil
}

// Submit sends submit_sm and returns without waiting; see session.Session.Submit.
func (l *Link) Submit(p *pdu.SubmitSM, done session.Completer) error {
	body := submitSM(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.err != nil:
		return fmt.Errorf("%w: %w", session.ErrNotBound, l.err)
	case l.closing:
		return session.ErrClosing
	case l.used >= l.cfg.Window:
		return session.ErrWindowFull
	}
	return l.put(body, &request{done: done})
}

// put makes a request pending and queues it. The queue has room for the whole
// window, but answers share it. Called with mu held.
func (l *Link) put(body their.Body, r *request) error {
	r.sent = time.Now()
	select {
	case l.out <- outgoing{body, r}:
	default:
		return session.ErrWindowFull
	}
	l.pending[body.Header().Seq] = r // before mu is free, so before the response is taken
	if !r.control {
		l.used++
	}
	return nil
}

// take ends the wait of the request with seq and returns it, or nil.
func (l *Link) take(seq uint32) *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.pending[seq]
	if r != nil {
		delete(l.pending, seq)
		if !r.control {
			l.used--
		}
	}
	return r
}

// end ends the link: the first reason given is the one told.
func (l *Link) end(err error) {
	l.mu.Lock()
	first := l.err == nil
	if first {
		l.err = err
		close(l.ended)
	}
	l.mu.Unlock()
	if first {
		l.conn.Close() // the error is of no use: the connection is given up
	}
}

// completeRest tells everyone who still waits that the link is gone.
func (l *Link) completeRest() {
	l.mu.Lock()
	rest := l.pending
	l.pending, l.used = map[uint32]*request{}, 0
	err := l.err
	l.mu.Unlock()
	for _, r := range rest {
		why := session.ErrNotSent
		if r.handed {
			why = session.ErrLost
		}
		r.done.Complete(session.Outcome{Err: fmt.Errorf("%w: %w", why, err), Latency: time.Since(r.sent)})
	}
}

// Close ends the link at once, without unbind.
func (l *Link) Close() error {
	l.end(session.ErrClosed)
	return nil
}

// Done is closed when the link has ended and every request is completed.
func (l *Link) Done() <-chan struct{} { return l.done }

// Err tells why the link ended; nil while it has not.
func (l *Link) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
