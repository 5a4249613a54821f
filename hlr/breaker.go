package hlr

import (
	"sync"
	"time"
)

// breaker stops asking a provider that keeps failing: after limit failures in
// a row none is let through for the cool-off, then one as a probe. A success
// closes it, a failed probe starts the next cool-off.
type breaker struct {
	limit   int
	coolOff time.Duration

	mu        sync.Mutex
	failures  int // in a row
	openUntil time.Time
	probing   bool
	lastErr   error
	lastOK    time.Time
}

// allow says whether a lookup may start; its end must be reported by record.
func (b *breaker) allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < b.limit {
		return true
	}
	if b.probing || now.Before(b.openUntil) {
		return false
	}
	b.probing = true
	return true
}

// record takes the end of a lookup and says whether the breaker opened or
// closed by it.
func (b *breaker) record(now time.Time, err error) (turned bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
	b.lastErr = err
	if err == nil {
		turned = b.failures >= b.limit
		b.failures, b.lastOK = 0, now
		return turned
	}
	b.failures++
	if b.failures >= b.limit {
		b.openUntil = now.Add(b.coolOff)
	}
	return b.failures == b.limit
}

// release takes the end of a lookup that says nothing of the provider's health.
func (b *breaker) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
}

// Health is how one provider fares.
type Health struct {
	Provider string
	OK       bool // its breaker is closed
	Failures int  // in a row
	LastErr  error
	LastOK   time.Time // zero: never
	InFlight int
	Note     string // what a Noter says of itself; "" is nothing
}

func (b *breaker) health() Health {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Health{OK: b.failures < b.limit, Failures: b.failures, LastErr: b.lastErr, LastOK: b.lastOK}
}
