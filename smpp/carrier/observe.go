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
		l.answered(p.latency)
		c.timedOut(p.err)
		return
	case p.err != nil:
		c.metrics.lost.Observe(p.latency.Seconds())
		return
	}
	c.metrics.answered(p.status, p.latency)
	l.answered(p.latency)
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
	rule := c.cfg.rule(status)
	if rule.Rate == 0 && rule.Window == 0 {
		return
	}
	c.metrics.throttled.Inc()
	now := time.Now()
	c.mu.Lock()
	cut := rule.Rate > 0 && l.aimd.throttled(rule.Rate, l.accepted.Load(), now)
	l.window.refused(rule.Window, now)
	rate, window := l.aimd.rate, l.window.limit
	c.mu.Unlock()
	if cut {
		c.log.Warn("carrier asks us to slow down", "link", l.index, "command_status", status.String(),
			"segments_per_second", rate, "window", window)
	}
}

// answered takes the latency of one part into what the link's window goes by. A
// time-out counts as an answer that took all that time.
func (l *link) answered(latency time.Duration) {
	l.latency.Add(int64(latency))
	l.answers.Add(1)
}
