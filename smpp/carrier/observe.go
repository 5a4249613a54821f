package carrier

import (
	"errors"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// observe takes a part's outcome into the metrics, the link's rate and the
// carrier's health.
func (c *Carrier) observe(l *link, p *partResult) {
	switch {
	case errors.Is(p.err, session.ErrNotSent):
		return
	case errors.Is(p.err, session.ErrTimeout):
		c.metrics.timeout.Observe(p.latency.Seconds())
		c.timedOut(p.err)
		return
	case p.err != nil:
		c.metrics.lost.Observe(p.latency.Seconds())
		return
	}
	c.metrics.answered(p.status, p.latency)
	c.heard(l, p.status)
}

// timedOut counts towards the verdict that the carrier is dead.
func (c *Carrier) timedOut(err error) {
	c.timeouts.Add(1)
	c.mu.Lock()
	c.lastError = err
	c.mu.Unlock()
}

// heard ends a row of time-outs, and slows the link down when the carrier asks
// for it.
func (c *Carrier) heard(l *link, status pdu.Status) {
	if c.timeouts.Load() != 0 {
		c.timeouts.Store(0)
	}
	if status == pdu.ESME_ROK {
		l.accepted.Add(1)
		return
	}
	share, slow := cutFor(status)
	if !slow {
		return
	}
	c.metrics.throttled.Inc()
	c.mu.Lock()
	cut := l.aimd.throttled(share, l.accepted.Load(), time.Now())
	rate := l.aimd.rate
	c.mu.Unlock()
	if cut {
		c.log.Warn("carrier asks us to slow down", "link", l.index, "command_status", status.String(), "segments_per_second", rate)
	}
}
