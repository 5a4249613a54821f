package carrier

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tollgate/smpp/session"
)

// link is one bind of the account, up or down. Its fields are guarded by the
// carrier's mutex; its loop is the only one that connects.
type link struct {
	c     *Carrier
	index int
	mode  session.Mode

	accepted atomic.Uint64 // parts the carrier took
	answers  atomic.Uint64 // parts answered or timed out
	latency  atomic.Int64  // of those, in all, in nanoseconds

	conn   Link // nil: not bound
	used   int  // window slots taken
	window adaptive
	aimd   aimd
}

// errStopped is why a link goes down when the carrier closes.
var errStopped = errors.New("carrier stopped")

// run binds, holds the bind until it is lost, waits and begins again.
func (l *link) run() {
	c := l.c
	b := backoff{min: c.cfg.ReconnectMin, max: c.cfg.ReconnectMax}
	for !c.stopping() {
		conn, err := l.connect()
		if err == nil {
			began := time.Now()
			l.up(conn)
			err = l.hold(conn)
			l.down(err)
			if time.Since(began) > c.cfg.ReconnectMax {
				b.reset()
			}
		} else if !c.stopping() {
			l.failed(err)
		}
		if c.stopping() {
			return
		}
		wait := b.after(err, c.cfg.Rand())
		select {
		case <-time.After(wait):
		case <-c.ctx.Done():
		}
	}
}

// connect dials and binds within BindTimeout.
func (l *link) connect() (Link, error) {
	ctx, cancel := context.WithTimeout(l.c.ctx, l.c.cfg.BindTimeout)
	defer cancel()
	dial := dialNative
	if l.c.cfg.Driver == DriverGoSMPP {
		dial = dialGoSMPP
	}
	conn, err := dial(ctx, l)
	if err != nil {
		return nil, fmt.Errorf("bind %s to %s as %s: %w", l.mode, l.c.cfg.Addr, l.c.cfg.SystemID, err)
	}
	return conn, nil
}

// hold waits for the end of the bind and returns why it ended.
func (l *link) hold(conn Link) error {
	select {
	case <-conn.Done():
		return conn.Err()
	case <-l.c.ctx.Done():
		conn.Close() // the only error it could have is that it is closed
		<-conn.Done()
		return errStopped
	}
}

// up makes the bind known and lets those who wait use it.
func (l *link) up(conn Link) {
	c := l.c
	c.mu.Lock()
	now, was := time.Now(), c.alive()
	l.conn = conn
	if !was && c.alive() {
		c.since = now
	}
	c.serveLocked(now)
	c.mu.Unlock()
	c.timeouts.Store(0)
	c.log.Info("link bound", "link", l.index, "mode", l.mode.String(), "addr", c.cfg.Addr)
	c.handler.LinkState(c.cfg.Name, l.index, true, nil)
}

// down makes the loss known. The last link to go fails those who wait.
func (l *link) down(err error) {
	c := l.c
	c.mu.Lock()
	was := c.alive()
	l.conn, c.lastError = nil, err
	if was && !c.alive() {
		c.since = time.Now()
	}
	if !c.canSubmit() {
		c.failWaiting(ErrDown)
	}
	stopping := c.mood >= draining
	c.mu.Unlock()
	if !stopping {
		c.log.Warn("link lost, binding again", "link", l.index, "addr", c.cfg.Addr, "error", err)
	}
	c.handler.LinkState(c.cfg.Name, l.index, false, err)
}

// failed makes a failed attempt known.
func (l *link) failed(err error) {
	c := l.c
	c.mu.Lock()
	c.lastError = err
	c.mu.Unlock()
	c.metrics.bindFailed(err)
	c.log.Warn("link not bound, trying again", "link", l.index, "error", err)
	c.handler.LinkState(c.cfg.Name, l.index, false, err)
}

// bound returns the present bind, or nil.
func (l *link) bound() Link {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	return l.conn
}

// linksUp counts the bound links. Called with mu held.
func (c *Carrier) linksUp() int {
	n := 0
	for _, l := range c.links {
		if l.conn != nil {
			n++
		}
	}
	return n
}

// alive tells whether the carrier does what it is for: submit, or, on an account
// that only receives, receive. Called with mu held.
func (c *Carrier) alive() bool {
	return c.canSubmit() || c.cfg.Bind == BindReceiver && c.linksUp() > 0
}

// canSubmit tells whether a bound link can submit. Called with mu held.
func (c *Carrier) canSubmit() bool {
	for _, l := range c.links {
		if l.conn != nil && l.mode&session.Transmitter != 0 {
			return true
		}
	}
	return false
}
