package carrier

import (
	"time"

	"tollgate/smpp/session"
)

// Health is what routing and operations want to know of a carrier.
type Health struct {
	Up         bool // a link that can submit is bound, and the carrier is not paused or closing
	LinksUp    int
	Links      int
	WindowUsed int
	WindowSize int // of the bound links that can submit, as far as they may fill it now
	Waiting    int // callers of Reserve
	Paused     bool
	Dead       bool      // unbound for longer than DeadAfter, or DeadTimeouts in a row: do not count on it
	Since      time.Time // of the present state, up or down
	LastError  string    // why the last bind failed or was lost, or the last time-out; may be of the past
}

// Health returns the carrier's health now.
func (c *Carrier) Health() Health {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	h := Health{
		Up: c.refusal() == nil, LinksUp: c.linksUp(), Links: len(c.links),
		WindowUsed: c.usedLocked(), Waiting: c.waiting.Len(), Paused: c.mood == paused, Since: c.since,
	}
	for _, l := range c.links {
		if l.conn != nil && l.mode&session.Transmitter != 0 {
			h.WindowSize += l.window.limit
		}
	}
	h.Dead = !c.alive() && now.Sub(c.since) > c.cfg.DeadAfter || c.timeouts.Load() >= int64(c.cfg.DeadTimeouts)
	if c.lastError != nil {
		h.LastError = c.lastError.Error()
	}
	return h
}
