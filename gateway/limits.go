package gateway

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tollgate/hlr/subscriber"
)

// limiter holds the tenants' own limits: sends a second over all, and to
// one number. They protect a budget; fraud has its own counts.
type limiter struct {
	mu      sync.Mutex
	tenants map[string]*rate.Limiter
	numbers map[limitKey]sends
}

// sends are the latest sends to a number, oldest first.
type sends struct {
	at     []time.Time
	window time.Duration // the tenant's own
}

type limitKey struct {
	tenant string
	number subscriber.MSISDN
}

// maxLimited bounds the numbers remembered.
const maxLimited = 1 << 19

func newLimiter() *limiter {
	return &limiter{tenants: map[string]*rate.Limiter{}, numbers: map[limitKey]sends{}}
}

// allow counts a send, or refuses it with the time after which it may be tried again.
func (l *limiter) allow(t *Tenant, n subscriber.MSISDN, now time.Time) error {
	if t.PerSecond <= 0 && t.PerNumber.Count <= 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.perSecond(t, now); wait > 0 {
		return &Refusal{Code: CodeRateLimited, RetryAfter: wait, Detail: "the tenant's rate is used up"}
	}
	if wait := l.perNumber(t, n, now); wait > 0 {
		return &Refusal{Code: CodeRateLimited, RetryAfter: wait, Detail: "too many sends to this number"}
	}
	return nil
}

func (l *limiter) perSecond(t *Tenant, now time.Time) time.Duration {
	if t.PerSecond <= 0 {
		return 0
	}
	b := l.tenants[t.ID]
	if b == nil || float64(b.Limit()) != t.PerSecond {
		b = rate.NewLimiter(rate.Limit(t.PerSecond), max(1, int(t.PerSecond)))
		l.tenants[t.ID] = b
	}
	if b.AllowN(now, 1) {
		return 0
	}
	return max(time.Second, time.Duration(float64(time.Second)/t.PerSecond))
}

func (l *limiter) perNumber(t *Tenant, n subscriber.MSISDN, now time.Time) time.Duration {
	if t.PerNumber.Count <= 0 {
		return 0
	}
	key, window := limitKey{t.ID, n}, t.PerNumber.Window
	sent := l.numbers[key].at
	for len(sent) > 0 && now.Sub(sent[0]) >= window {
		sent = sent[1:]
	}
	if len(sent) >= t.PerNumber.Count {
		l.numbers[key] = sends{sent, window}
		return window - now.Sub(sent[0])
	}
	l.sweep(now)
	l.numbers[key] = sends{append(sent, now), window}
	return 0
}

// sweep looks at a few numbers each time, in no order, and forgets those whose
// last send has left its window. Beyond the bound it forgets any: a limit that
// leaks beats a table that grows.
func (l *limiter) sweep(now time.Time) {
	looked := 0
	for k, s := range l.numbers {
		if len(l.numbers) > maxLimited || len(s.at) == 0 || now.Sub(s.at[len(s.at)-1]) >= s.window {
			delete(l.numbers, k)
		}
		if looked++; looked == 4 {
			return
		}
	}
}
