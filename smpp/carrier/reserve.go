package carrier

import (
	"container/list"
	"context"
	"fmt"
	"time"

	"tollgate/smpp/session"
)

// waiter is one caller of Reserve that waits.
type waiter struct {
	parts int
	ready chan reserved // one element: the slot or why there is none
}

type reserved struct {
	slot *Slot
	err  error
}

// Reserve waits for window slots for a message of so many parts, all on one bound
// link, and for the rate limit; first come, first served. It fails with ErrDown
// at once when no link is bound and when the last one is lost, with ErrPaused,
// ErrClosed or ErrBusy, or with ctx's error.
func (c *Carrier) Reserve(ctx context.Context, parts int) (*Slot, error) {
	if parts < 1 {
		return nil, fmt.Errorf("carrier %s: reserve %d parts: want at least 1", c.cfg.Name, parts)
	}
	c.mu.Lock()
	if err := c.refusal(); err != nil {
		c.mu.Unlock()
		return nil, err
	}
	now := time.Now()
	if c.waiting.Len() == 0 {
		if slot, _ := c.grant(parts, now); slot != nil {
			c.mu.Unlock()
			return slot, nil
		}
	}
	if c.waiting.Len() >= c.cfg.MaxWaiting {
		c.mu.Unlock()
		return nil, ErrBusy
	}
	w := &waiter{parts: parts, ready: make(chan reserved, 1)}
	place := c.waiting.PushBack(w)
	c.serveLocked(now)
	c.mu.Unlock()
	return c.await(ctx, w, place)
}

// TryReserve is Reserve without waiting, for use in callbacks: where Reserve would
// wait it fails with ErrBusy.
func (c *Carrier) TryReserve(parts int) (*Slot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(); err != nil {
		return nil, err
	}
	if c.waiting.Len() > 0 || parts < 1 {
		return nil, ErrBusy
	}
	if slot, _ := c.grant(parts, time.Now()); slot != nil {
		return slot, nil
	}
	return nil, ErrBusy
}

// refusal says why there is nothing to wait for. Called with mu held.
func (c *Carrier) refusal() error {
	switch {
	case c.mood >= draining:
		return ErrClosed
	case c.mood == paused:
		return ErrPaused
	case !c.canSubmit():
		return ErrDown
	}
	return nil
}

// await waits for w's turn.
func (c *Carrier) await(ctx context.Context, w *waiter, place *list.Element) (*Slot, error) {
	select {
	case r := <-w.ready:
		return r.slot, r.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	c.waiting.Remove(place) // does nothing when its turn has come meanwhile
	c.serveLocked(time.Now())
	c.mu.Unlock()
	select {
	case r := <-w.ready:
		if r.slot != nil {
			r.slot.Release()
		}
	default:
	}
	return nil, fmt.Errorf("carrier %s: wait for a window slot: %w", c.cfg.Name, ctx.Err())
}

// grant takes slots for a message if there are some and the rate allows. Else it
// returns how long the rate wants to wait; 0 when it is a window that is full.
// Called with mu held.
func (c *Carrier) grant(parts int, now time.Time) (*Slot, time.Duration) {
	if wait := c.rate.wait(now); wait > 0 {
		return nil, wait
	}
	held := parts
	if c.cfg.SerialParts {
		held = 1
	}
	l, held, wait := c.choose(held, now)
	if l == nil {
		return nil, wait
	}
	l.used += held
	c.rate.take(parts)
	l.aimd.sent(parts, l.accepted.Load(), now)
	return &Slot{c: c, l: l, conn: l.conn, parts: parts, held: held}, 0
}

// choose returns the link with the fewest slots taken of those that may send now,
// and how many of its slots the message gets, or how long until a slowed-down link
// may. Called with mu held.
func (c *Carrier) choose(want int, now time.Time) (best *link, held int, wait time.Duration) {
	for _, l := range c.links {
		if l.conn == nil || l.mode&session.Transmitter == 0 {
			continue
		}
		l.window.judge(time.Duration(l.latency.Load()), l.answers.Load(), now)
		n, ok := l.window.room(l.used, want)
		if !ok {
			continue
		}
		if w := l.aimd.wait(now); w > 0 {
			if wait == 0 || w < wait {
				wait = w
			}
			continue
		}
		if best == nil || l.used < best.used {
			best, held = l, n
		}
	}
	return best, held, wait
}

// serve is the rate timer's function.
func (c *Carrier) serve() {
	c.mu.Lock()
	c.timerAt = time.Time{}
	c.serveLocked(time.Now())
	c.mu.Unlock()
}

// serveLocked gives slots to those who wait, in order, as far as they go, and
// sets the timer when it is the rate that holds them. Called with mu held.
func (c *Carrier) serveLocked(now time.Time) {
	for e := c.waiting.Front(); e != nil; e = c.waiting.Front() {
		w := e.Value.(*waiter)
		slot, wait := c.grant(w.parts, now)
		if slot == nil {
			c.serveAfter(wait, now)
			return
		}
		c.waiting.Remove(e)
		w.ready <- reserved{slot: slot}
	}
}

// serveAfter sets the timer unless it will fire earlier. Called with mu held.
func (c *Carrier) serveAfter(wait time.Duration, now time.Time) {
	at := now.Add(wait)
	if wait <= 0 || c.mood == closed || !c.timerAt.IsZero() && !at.Before(c.timerAt) {
		return
	}
	c.timerAt = at
	c.timer.Reset(wait)
}

// failWaiting ends every wait with err. Called with mu held.
func (c *Carrier) failWaiting(err error) {
	for e := c.waiting.Front(); e != nil; e = c.waiting.Front() {
		c.waiting.Remove(e).(*waiter).ready <- reserved{err: err}
	}
}

// free gives n window slots of l back.
func (c *Carrier) free(l *link, n int) {
	c.mu.Lock()
	l.used -= n
	if c.waiting.Len() > 0 {
		c.serveLocked(time.Now())
	}
	c.wakeIdle()
	c.mu.Unlock()
}
