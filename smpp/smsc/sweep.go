package smsc

import (
	"time"

	"tollgate/smpp/pdu"
)

// sweepEvery is the resolution of the timers that every connection has: a
// timer each would cost more than looking at all of them once a second.
const sweepEvery = time.Second

// unbindWait is how long a peer may take to answer our unbind.
const unbindWait = time.Second

// runSweeper watches over all connections until the server closes.
func (s *Server) runSweeper() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	var touched touched
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
		}
		now := s.now()
		for _, c := range s.all() {
			c.sweep(now, &touched)
		}
		touched.flush(nil)
	}
}

// sweep closes a connection that a timer ran out on, keeps a quiet one alive
// and sends again what was not answered.
func (c *conn) sweep(now int64, t *touched) {
	p := c.s.p
	quiet := time.Duration(now - c.lastIn.Load())
	a := c.acct.Load()
	asked, leaving := c.asked.Load(), c.leaving.Load()
	switch {
	case a == nil && quiet > p.BindTimeout,
		p.IdleTimeout > 0 && quiet > p.IdleTimeout,
		asked != 0 && time.Duration(now-asked) > p.EnquireTimeout,
		leaving != 0 && time.Duration(now-leaving) > unbindWait:
		c.shut()
		return
	case a == nil:
		return
	}
	if p.EnquireEvery > 0 && asked == 0 && quiet >= p.EnquireEvery {
		c.asked.Store(now)
		c.request(&pdu.EnquireLink{}, t)
	}
	a.overdue(c, now, t)
}
