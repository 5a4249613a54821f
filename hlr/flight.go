package hlr

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Why a provider's facts did not come, beside the provider's own errors.
var (
	ErrOpen       = errors.New("not asked: the provider failed too often and is left alone for a moment")
	ErrOverloaded = errors.New("not asked: too many lookups at the provider are on their way")
	ErrBudget     = fmt.Errorf("the provider did not answer within the budget: %w", context.DeadlineExceeded)
	errTimeout    = fmt.Errorf("the provider did not answer within its time-out: %w", context.DeadlineExceeded)
)

// source is one configured provider and its state.
type source struct {
	Provider
	fields   Field
	local    bool
	timeout  time.Duration
	max      int64
	inFlight atomic.Int64
	breaker  breaker
}

func newSource(pc ProviderConfig, budget time.Duration) *source {
	local, ok := pc.Provider.(Local)
	return &source{
		Provider: pc.Provider,
		fields:   orElse(pc.Fields, FieldAll),
		local:    ok && local.Local(),
		timeout:  orElse(pc.Timeout, budget),
		max:      int64(orElse(pc.MaxInFlight, 256)),
		breaker:  breaker{limit: orElse(pc.Failures, 10), coolOff: orElse(pc.CoolOff, 2*time.Second)},
	}
}

// admit takes a place among the lookups in flight.
func (s *source) admit(now time.Time) error {
	if s.inFlight.Add(1) > s.max {
		s.inFlight.Add(-1)
		return ErrOverloaded
	}
	if !s.breaker.allow(now) {
		s.inFlight.Add(-1)
		return ErrOpen
	}
	return nil
}

// flight is one lookup on its way. Its place in flight is held until the
// provider returns; done is closed at the time-out at the latest.
type flight struct {
	key   key
	src   *source
	seq   uint64
	start time.Time
	done  chan struct{}
	res   *result // set before done is closed
}

// join finds or starts a lookup that a call may rely on: one that started
// after the call, or at most maxAge ago.
func (g *Gatherer) join(k key, c *call, maxAge time.Duration) (f *flight, joined bool, err error) {
	src, sh := g.sources[k.source], g.cache.shard(k.n)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	f = sh.flights[k]
	if f != nil && f.seq >= sh.minSeq && (f.seq > c.seq || c.now.Sub(f.start) < maxAge) {
		return f, true, nil
	}
	now := g.clock()
	if err := src.admit(now); err != nil {
		return nil, false, err
	}
	f = &flight{key: k, src: src, seq: g.seq.Add(1), start: now, done: make(chan struct{})}
	sh.flights[k] = f
	go g.fly(f)
	return f, false, nil
}

// fly makes the lookup. It belongs to no caller: the first one may leave while
// others still wait.
func (g *Gatherer) fly(f *flight) {
	defer f.src.inFlight.Add(-1)
	ctx, cancel := context.WithTimeout(context.Background(), f.src.timeout)
	defer cancel()
	late := time.AfterFunc(f.src.timeout, func() {
		g.land(f, &result{err: errTimeout})
	})
	defer late.Stop()
	sub, err := f.src.Lookup(ctx, f.key.n)
	g.land(f, newResult(f.src, sub, err))
}

func newResult(src *source, sub Subscriber, err error) *result {
	switch {
	case errors.Is(err, ErrNotCovered):
		return &result{outside: true}
	case errors.Is(err, ErrAbsent):
		sub.Absent = true
	case err != nil:
		return &result{err: err}
	}
	if sub.Absent && src.Fields()&FieldIMSI == 0 {
		sub.Absent = false // not for one to say that knows no identities
	}
	if sub.Absent {
		sub.IMSI, sub.ICCID = "", ""
	}
	if !sub.PortedAt.IsZero() && sub.Ported == nil {
		ported := true
		sub.Ported = &ported
	}
	return &result{sub: sub, told: sub.Tells() & src.fields, absent: sub.Absent}
}

// land ends a flight. It is called a second time when the provider answers
// after its time-out: then only the cache learns of it.
func (g *Gatherer) land(f *flight, r *result) {
	now := g.clock()
	r.seq, r.at, r.took = f.seq, f.start, now.Sub(f.start)
	sh := g.cache.shard(f.key.n)
	sh.mu.Lock()
	first := f.res == nil
	if first {
		f.res = r
		if sh.flights[f.key] == f {
			delete(sh.flights, f.key)
		}
	}
	if !f.src.local && (first || r.err == nil) {
		sh.put(f.key, r, len(g.sources))
	}
	sh.mu.Unlock()
	if !first {
		return
	}
	if f.src.breaker.record(now, r.err) {
		g.logTurn(f.src, r.err)
	}
	g.metrics.lookup(f.src.Name(), r.label(), r.took)
	close(f.done)
}

func (g *Gatherer) logTurn(src *source, err error) {
	if err == nil {
		g.log.Info("subscriber provider answers again", "provider", src.Name())
		return
	}
	g.log.Warn("subscriber provider keeps failing, its facts are unknown until it answers",
		"provider", src.Name(), "failures", src.breaker.limit, "probe_every", src.breaker.coolOff, "err", err)
}

func (r *result) label() string {
	switch {
	case r.outside:
		return resultNotCovered
	case r.absent:
		return resultAbsent
	case r.err == nil:
		return resultOK
	case errors.Is(r.err, context.DeadlineExceeded):
		return resultTimeout
	}
	return resultError
}
