package hlr

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Why the facts of a lookup that was made did not come, beside the provider's
// own errors.
var (
	ErrBudget  = fmt.Errorf("the provider did not answer within the budget: %w", context.DeadlineExceeded)
	errTimeout = fmt.Errorf("the provider did not answer within its time-out: %w", context.DeadlineExceeded)
)

// flight is one lookup on its way, made a second time when the first takes
// unusually long. Each holds its place in flight until the provider returns;
// done is closed at the time-out at the latest.
type flight struct {
	key   key
	src   *source
	seq   uint64
	start time.Time
	tries atomic.Int32 // lookups that have not returned
	done  chan struct{}
	res   *result // set before done is closed
}

func (f *flight) landed() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
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
	ctx, cancel := context.WithTimeout(context.Background(), f.src.timeout)
	late := time.AfterFunc(f.src.timeout, func() {
		g.land(f, &result{err: errTimeout})
	})
	f.tries.Store(1)
	end := func() { late.Stop(); cancel() }
	if after := f.src.hedge.began(); f.src.hedged && after > 0 && after < f.src.timeout {
		second := time.AfterFunc(after, func() { g.second(ctx, f, end) })
		defer second.Stop()
	}
	g.metrics.cost(f.src)
	g.try(ctx, f, end)
}

// second makes the lookup once more beside the first: the earlier answer
// counts, and an error only when the other one has failed too.
func (g *Gatherer) second(ctx context.Context, f *flight, end func()) {
	if f.landed() || !f.src.hedge.spend() || f.src.place(g.clock()) != nil {
		return
	}
	if f.tries.Add(1) == 1 { // the first has just returned
		f.src.inFlight.Add(-1)
		return
	}
	g.metrics.cost(f.src)
	g.metrics.hedges.WithLabelValues(f.src.name).Inc()
	g.try(ctx, f, end)
}

// try asks the provider. The last try of a flight, or the first that is
// answered, lands it; end frees what the flight holds.
func (g *Gatherer) try(ctx context.Context, f *flight, end func()) {
	defer f.src.inFlight.Add(-1)
	began := g.clock()
	sub, err := f.src.Lookup(ctx, f.key.n)
	r := newResult(f.src, sub, err)
	if r.err == nil {
		f.src.hedge.answered(g.clock().Sub(began))
	}
	last := f.tries.Add(-1) == 0
	if last || r.err == nil {
		g.land(f, r)
		end()
	}
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
	if f.src.ended(now, r.err) {
		g.logTurn(f.src, r.err)
	}
	g.metrics.lookup(f.src.name, r.label(), r.took)
	close(f.done)
}

func (g *Gatherer) logTurn(src *source, err error) {
	if err == nil {
		g.log.Info("subscriber provider answers again", "provider", src.name)
		return
	}
	g.log.Warn("subscriber provider keeps failing, its facts are unknown until it answers",
		"provider", src.name, "failures", src.breaker.limit, "probe_every", src.breaker.coolOff, "err", err)
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
	case errors.As(r.err, new(*ThrottledError)):
		return resultThrottled
	}
	return resultError
}
