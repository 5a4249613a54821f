package hlr

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/hlr/subscriber"
)

func saying(s Subscriber) func(context.Context, int64) (Subscriber, error) {
	return func(context.Context, int64) (Subscriber, error) { return s, nil }
}

func TestScopeChoosesProviders(t *testing.T) {
	german := &fake{name: "german", fields: FieldIMSI, answer: saying(sim("1"))}
	g := gatherer(Config{Providers: []ProviderConfig{{
		Provider: german, Name: "hlr-de",
		Scope: Scope{Tenants: []string{"acme"}, Purposes: []string{"login", "withdrawal"}, Regions: []string{"DE"}},
	}}})
	for _, c := range []struct {
		need Need
		ask  bool
	}{
		{Need{Tenant: "acme", Purpose: "login", Region: "DE"}, true},
		{Need{Tenant: "other", Purpose: "login", Region: "DE"}, false},
		{Need{Tenant: "acme", Purpose: "signup", Region: "DE"}, false},
		{Need{Tenant: "acme", Purpose: "login", Region: "FR"}, false},
		{Need{}, false},
	} {
		a := g.Gather(t.Context(), number, c.need)
		if asked := a.Asked != 0; asked != c.ask {
			t.Errorf("%+v: asked %v, want %v", c.need, asked, c.ask)
		}
		if c.ask && a.Sources[0].Provider != "hlr-de" {
			t.Errorf("the source is %q", a.Sources[0].Provider)
		}
	}
}

func TestFallbackIsAskedForWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		yes := true
		var free Subscriber
		cheap := &fake{name: "cheap", fields: FieldPorted | FieldLineType, answer: func(context.Context, int64) (Subscriber, error) {
			time.Sleep(10 * time.Millisecond)
			return free, nil
		}}
		dear := &fake{name: "dear", fields: FieldPorted | FieldLineType, answer: func(context.Context, int64) (Subscriber, error) {
			time.Sleep(20 * time.Millisecond)
			return Subscriber{Ported: &yes, LineType: "voip"}, nil
		}}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: dear, Fallback: true, Price: 0.5}, {Provider: cheap}}})
		free = Subscriber{Ported: &yes, LineType: "mobile"}
		if a := g.Gather(t.Context(), number, Need{}); a.LineType != "mobile" || dear.calls.Load() != 0 || a.Known != FieldPorted|FieldLineType {
			t.Errorf("all told: %+v, %d calls of the fallback", a, dear.calls.Load())
		}
		free.LineType = ""
		began := time.Now()
		a := g.Gather(t.Context(), number+"1", Need{})
		if a.LineType != "voip" || !*a.Ported || a.Sources[0].Provider != "dear" || a.Sources[0].Asked&FieldLineType == 0 {
			t.Errorf("line type left out: %+v", a)
		}
		if took := time.Since(began); took != 30*time.Millisecond {
			t.Errorf("took %v, want the two one after the other", took)
		}
		if got := counted(t, g.metrics.costs.WithLabelValues("dear")); got != 0.5 {
			t.Errorf("cost %v, want 0.5", got)
		}
		// From the cache: no lookup of either.
		g.Gather(t.Context(), number+"1", Need{})
		if cheap.calls.Load() != 2 || dear.calls.Load() != 1 {
			t.Errorf("%d and %d lookups after a cached one", cheap.calls.Load(), dear.calls.Load())
		}
	})
}

// A fallback does not wait for a provider that hangs longer than half the budget.
func TestFallbackBesideASlowProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &fake{name: "slow", fields: FieldLineType, answer: func(ctx context.Context, _ int64) (Subscriber, error) {
			<-ctx.Done()
			return Subscriber{}, ctx.Err()
		}}
		dear := &fake{name: "dear", fields: FieldLineType, answer: saying(Subscriber{LineType: "voip"})}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: slow}, {Provider: dear, Fallback: true}}})
		began := time.Now()
		a := g.Gather(t.Context(), number, Need{})
		if took := time.Since(began); a.LineType != "voip" || took != 150*time.Millisecond || !errors.Is(a.Sources[0].Err, context.DeadlineExceeded) {
			t.Errorf("%q, %v after %v", a.LineType, a.Sources[0].Err, took)
		}
	})
}

func TestHedgeAfterTheSlowestTwentieth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lame atomic.Bool
		p := &fake{name: "p", fields: FieldIMSI, answer: func(ctx context.Context, call int64) (Subscriber, error) {
			if lame.CompareAndSwap(true, false) { // only the first of the two
				<-ctx.Done()
				return Subscriber{}, ctx.Err()
			}
			time.Sleep(10*time.Millisecond + time.Duration(call%100)*100*time.Microsecond) // p95 is 19.5ms
			return sim("1"), nil
		}}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: p, Price: 1}}})
		for range 201 {
			g.Gather(t.Context(), number, identityAged(0))
		}
		time.Sleep(time.Second) // for those that nobody waits for
		calls, hedges := p.calls.Load(), counted(t, g.metrics.hedges.WithLabelValues("p"))
		lame.Store(true)
		began := time.Now()
		a := g.Gather(t.Context(), number, identityAged(0))
		if took := time.Since(began); a.IMSI != "1" || took > 40*time.Millisecond {
			t.Errorf("%q after %v, want the second lookup's answer, which comes 10 to 20ms after the p95 of 19.5ms", a.IMSI, took)
		}
		if p.calls.Load() != calls+2 || counted(t, g.metrics.hedges.WithLabelValues("p")) != hedges+1 ||
			counted(t, g.metrics.costs.WithLabelValues("p")) != float64(p.calls.Load()) {
			t.Errorf("%d lookups more, want 2, both counted and paid", p.calls.Load()-calls)
		}
		time.Sleep(time.Second)
	})
}

// Whatever the provider does, hedging adds at most a twentieth.
func TestHedgesAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: func(_ context.Context, call int64) (Subscriber, error) {
			time.Sleep(10 * time.Millisecond)
			if call > 100 { // slower than all that was learned
				time.Sleep(50 * time.Millisecond)
			}
			return sim("1"), nil
		}}
		g := gatherer(Config{}, p)
		const n = 3000
		for range n {
			g.Gather(t.Context(), number, identityAged(0))
		}
		time.Sleep(time.Second) // for those that nobody waits for
		if extra := p.calls.Load() - n; extra == 0 || extra > n/20 {
			t.Errorf("%d second lookups in %d", extra, n)
		}
	})
}

func TestHedgeErrorsCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fail atomic.Bool
		p := &fake{name: "p", fields: FieldIMSI, answer: func(context.Context, int64) (Subscriber, error) {
			time.Sleep(10 * time.Millisecond)
			if fail.Load() {
				time.Sleep(10 * time.Millisecond)
				return Subscriber{}, errors.New("down")
			}
			return sim("1"), nil
		}}
		g := gatherer(Config{}, p)
		for range 200 {
			g.Gather(t.Context(), number, identityAged(0))
		}
		fail.Store(true)
		a := g.Gather(t.Context(), number, identityAged(0))
		if a.Sources[0].Err == nil || a.Known != 0 || g.Health()[0].Failures != 1 {
			t.Errorf("%+v, %+v: both tries failed", a.Sources[0], g.Health()[0])
		}
		time.Sleep(time.Second) // for those that nobody waits for
		if h := g.Health()[0]; h.InFlight != 0 {
			t.Errorf("%d in flight after both had returned", h.InFlight)
		}
	})
}

func TestRateLimitMakesUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: saying(sim("1"))}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: p, PerSecond: 5, Burst: 2}}})
		for i, want := range []error{nil, nil, ErrRateLimited} {
			a := g.Gather(t.Context(), number, identityAged(0))
			if !errors.Is(a.Sources[0].Err, want) || a.Asked != FieldIMSI {
				t.Errorf("lookup %d: %v, want %v", i, a.Sources[0].Err, want)
			}
		}
		time.Sleep(200 * time.Millisecond)
		if a := g.Gather(t.Context(), number, identityAged(0)); a.IMSI != "1" {
			t.Errorf("after a pause: %v", a.Sources[0].Err)
		}
		if n := lookupCounts(t, g)[resultRateLimited]; n != 1 {
			t.Errorf("%d lookups counted as limited", n)
		}
	})
}

func TestThrottledProviderIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy atomic.Bool
		busy.Store(true)
		p := &fake{name: "p", fields: FieldIMSI, answer: func(context.Context, int64) (Subscriber, error) {
			if busy.Load() {
				return Subscriber{}, fmt.Errorf("asking: %w", &ThrottledError{RetryAfter: 3 * time.Second})
			}
			return sim("1"), nil
		}}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: p, Failures: 1}}})
		ask := func() *Answer { return g.Gather(t.Context(), number, identityAged(0)) }
		ask()
		busy.Store(false)
		time.Sleep(2 * time.Second)
		if a := ask(); !errors.Is(a.Sources[0].Err, ErrThrottled) || p.calls.Load() != 1 || !g.Health()[0].OK {
			t.Errorf("within the pause: %v, %d lookups, health %+v", a.Sources[0].Err, p.calls.Load(), g.Health()[0])
		}
		time.Sleep(time.Second)
		if a := ask(); a.IMSI != "1" {
			t.Errorf("after the pause: %v", a.Sources[0].Err)
		}
	})
}

// BenchmarkCacheHit: everything needed of a number is in the cache, from two
// providers. Goal: no allocation.
func BenchmarkCacheHit(b *testing.B) {
	yes := true
	p := &fake{name: "p", fields: FieldIdentity | FieldIMEI | FieldVLR | FieldLocation, answer: saying(Subscriber{
		Identity: subscriber.Identity{IMSI: "262010000000001", IMEI: "35693803564380", LAC: 1, CID: 2, VLR: "491710000000"},
	})}
	q := &fake{name: "q", fields: FieldPorted | FieldLineType, answer: saying(Subscriber{Ported: &yes, LineType: "mobile"})}
	g := gatherer(Config{}, p, q)
	var a Answer
	need := Need{IdentityMaxAge: time.Hour}
	g.GatherInto(b.Context(), number, need, &a)
	b.ReportAllocs()
	for b.Loop() {
		g.GatherInto(b.Context(), number, need, &a)
	}
	if a.IMSI == "" || !a.Sources[0].Cached {
		b.Fatalf("%+v is not from the cache", a)
	}
}
