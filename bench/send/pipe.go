package send

import (
	"context"
	"sync/atomic"
	"time"
)

// flying is a request whose response has not come.
type flying struct {
	i       uint64
	at      time.Time // when it was meant to start
	written time.Time
}

// flushAt is how many octets of requests are written at the latest.
const flushAt = 16 << 10

// workPiped is one connection's loop with several requests under way: HTTP/1.1
// answers them in their order (RFC 9112 §9.3.2).
func (l *Load) workPiped(ctx context.Context, w int, due <-chan job) {
	c := l.take()
	defer func() { l.put(c) }()
	for more := true; more && ctx.Err() == nil; {
		if c == nil {
			var err error
			at := time.Now()
			if c, err = l.redial(); err != nil {
				l.fail("connect")
				if due == nil { // else what is due waits, and is charged for it
					l.http.Record(w, time.Since(at))
				}
				continue
			}
		}
		p := newPipe(l, c, w, due)
		go p.receive()
		more = p.transmit(ctx)
		close(p.under)
		<-p.read
		if p.broken.Load() {
			c = nil
		}
	}
	if due != nil {
		for range due { // so that the pacing ends; what is left is counted by Run
		}
	}
}

// pipe is a connection as long as it holds.
type pipe struct {
	l      *Load
	c      *client
	w      int
	due    <-chan job
	slots  chan struct{} // taken by what is under way
	under  chan flying
	read   chan struct{} // closed once the reader has ended
	broken atomic.Bool
}

func newPipe(l *Load, c *client, w int, due <-chan job) *pipe {
	n := l.c.Pipeline
	return &pipe{l: l, c: c, w: w, due: due, slots: make(chan struct{}, n), under: make(chan flying, n), read: make(chan struct{})}
}

// transmit writes requests until the load ends (false) or the connection breaks.
// What can be written at once is.
func (p *pipe) transmit(ctx context.Context) (more bool) {
	for !p.broken.Load() {
		p.slot()
		if p.broken.Load() {
			return true
		}
		at, ok := p.next()
		if !ok {
			p.flush()
			return false
		}
		if ctx.Err() != nil {
			p.flush()
			if p.due == nil {
				return false
			}
			<-p.slots
			continue
		}
		f := flying{i: p.l.begin(at), at: at, written: time.Now()}
		p.l.sent.Add(1)
		p.under <- f // there is room: it has a slot
		p.c.t.request(p.c.t, p.c, f.i)
		if len(p.c.out) >= flushAt {
			p.flush()
		}
	}
	return true
}

// slot waits for room; what was put together goes first.
func (p *pipe) slot() {
	select {
	case p.slots <- struct{}{}:
	default:
		p.flush()
		p.slots <- struct{}{}
	}
}

// next is when the next request is due, at once in a closed loop. Before it
// waits, it writes what was put together.
func (p *pipe) next() (at time.Time, ok bool) {
	if p.due == nil {
		return time.Now(), true
	}
	select {
	case j, ok := <-p.due:
		return j.at, ok
	default:
		p.flush()
		j, ok := <-p.due
		return j.at, ok
	}
}

func (p *pipe) flush() {
	if len(p.c.out) == 0 {
		return
	}
	_ = p.c.conn.SetWriteDeadline(time.Now().Add(p.l.c.Timeout)) // a dead connection shows at the write
	if p.c.flush() != nil {
		p.fail()
	}
}

// fail ends both halves: the reader sees the connection closed.
func (p *pipe) fail() {
	p.broken.Store(true)
	p.c.close()
}

// receive reads the answers, and counts what has none as failed.
func (p *pipe) receive() {
	defer close(p.read)
	for f := range p.under {
		p.answer(f)
		<-p.slots
	}
}

func (p *pipe) answer(f flying) {
	if p.broken.Load() {
		p.l.ended(p.w, f.i, f.at, "connection")
		return
	}
	_ = p.c.conn.SetReadDeadline(f.written.Add(p.l.c.Timeout)) // as above
	if code, err := p.c.answer(); err != nil {
		p.fail()
		p.l.ended(p.w, f.i, f.at, p.l.errorKind(err, time.Since(f.written)))
	} else {
		p.l.ended(p.w, f.i, f.at, code)
	}
}
