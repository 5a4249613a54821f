package gateway

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tollgate/hlr/subscriber"
)

// limiter holds the tenants' own limits: requests a second over all, and
// sends to one number. They protect a budget; fraud has its own counts.
type limiter struct {
	mu      sync.Mutex
	tenants map[string]*rate.Limiter
	numbers map[limitKey][]time.Time // sends inside the window, oldest first
	swept   time.Time
}

type limitKey struct {
	tenant string
	number subscriber.MSISDN
}

// maxLimited bounds the numbers remembered; above it the ones whose window is
// over are swept out at once.
const maxLimited = 1 << 18

func newLimiter() *limiter {
	return &limiter{tenants: map[string]*rate.Limiter{}, numbers: map[limitKey][]time.Time{}}
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
	key := limitKey{t.ID, n}
	sent := l.numbers[key]
	for len(sent) > 0 && now.Sub(sent[0]) >= t.PerNumber.Window {
		sent = sent[1:]
	}
	if len(sent) >= t.PerNumber.Count {
		l.numbers[key] = sent
		return t.PerNumber.Window - now.Sub(sent[0])
	}
	l.sweep(now, t.PerNumber.Window)
	l.numbers[key] = append(sent, now)
	return 0
}

// sweep forgets the numbers whose last send has left the window: once a
// window, or each second while too many are remembered. Beyond the bound any
// number is forgotten: a limit that leaks beats a table that grows.
func (l *limiter) sweep(now time.Time, window time.Duration) {
	if len(l.numbers) < maxLimited && now.Sub(l.swept) < window || now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for k, sent := range l.numbers {
		if len(l.numbers) > 2*maxLimited || len(sent) == 0 || now.Sub(sent[len(sent)-1]) >= window {
			delete(l.numbers, k)
		}
	}
}
