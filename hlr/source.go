package hlr

import (
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Why a lookup was not made.
var (
	ErrOpen        = errors.New("not asked: the provider failed too often and is left alone for a moment")
	ErrCacheOnly   = errors.New("not asked: only what is known was wanted")
	ErrOverloaded  = errors.New("not asked: too many lookups at the provider are on their way")
	ErrRateLimited = errors.New("not asked: the provider's rate limit is used up")
	ErrThrottled   = errors.New("not asked: the provider asked to slow down")
)

// source is one configured provider and its state.
type source struct {
	Provider
	name     string
	fields   Field
	scope    Scope
	fallback bool
	local    bool
	hedged   bool
	timeout  time.Duration
	max      int64
	price    float64
	rate     *rate.Limiter
	inFlight atomic.Int64
	quiet    atomic.Int64 // Unix nanoseconds: not asked before
	breaker  breaker
	hedge    hedge
}

func newSource(pc ProviderConfig, budget time.Duration) *source {
	local, ok := pc.Provider.(Local)
	s := &source{
		Provider: pc.Provider,
		name:     orElse(pc.Name, pc.Provider.Name()),
		fields:   orElse(pc.Fields, FieldAll),
		scope:    pc.Scope,
		fallback: pc.Fallback,
		local:    ok && local.Local(),
		timeout:  orElse(pc.Timeout, budget),
		max:      int64(orElse(pc.MaxInFlight, 256)),
		price:    pc.Price,
		rate:     rate.NewLimiter(rate.Inf, 0),
		breaker:  breaker{limit: orElse(pc.Failures, 10), coolOff: orElse(pc.CoolOff, 2*time.Second)},
	}
	s.hedged = !pc.NoHedge && !s.local
	if pc.PerSecond > 0 {
		s.rate = rate.NewLimiter(rate.Limit(pc.PerSecond), orElse(pc.Burst, max(1, int(pc.PerSecond))))
	}
	return s
}

// admit takes a place among the lookups in flight, and one of the rate.
func (s *source) admit(now time.Time) error {
	if now.UnixNano() < s.quiet.Load() {
		return ErrThrottled
	}
	if err := s.place(now); err != nil {
		return err
	}
	if !s.breaker.allow(now) {
		s.inFlight.Add(-1)
		return ErrOpen
	}
	return nil
}

// place is admit for a second lookup of the same flight.
func (s *source) place(now time.Time) error {
	if s.inFlight.Add(1) > s.max {
		s.inFlight.Add(-1)
		return ErrOverloaded
	}
	if !s.rate.AllowN(now, 1) {
		s.inFlight.Add(-1)
		return ErrRateLimited
	}
	return nil
}

// ended notes how a lookup of the provider ended and says whether its breaker
// turned. A far end that is throttling us is well.
func (s *source) ended(now time.Time, err error) (turned bool) {
	var throttled *ThrottledError
	if errors.As(err, &throttled) {
		wait := min(orElse(throttled.RetryAfter, time.Second), maxQuiet)
		s.quiet.Store(now.Add(wait).UnixNano())
		s.breaker.release()
		return false
	}
	return s.breaker.record(now, err)
}

// maxQuiet bounds what a far end can ask for: beyond it we would rather hear
// once more that it is too much.
const maxQuiet = time.Minute

// refusalLabel names why a lookup was not made, for the metric.
func refusalLabel(err error) string {
	switch {
	case errors.Is(err, ErrOpen):
		return resultOpen
	case errors.Is(err, ErrRateLimited):
		return resultRateLimited
	case errors.Is(err, ErrThrottled):
		return resultThrottled
	}
	return resultOverloaded
}
