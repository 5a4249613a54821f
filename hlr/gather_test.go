package hlr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"tollgate/hlr/subscriber"
)

const number = subscriber.MSISDN("+491701234567")

// fake is a provider whose answers a test scripts.
type fake struct {
	name   string
	fields Field
	calls  atomic.Int64
	answer func(ctx context.Context, call int64) (Subscriber, error)
}

func (f *fake) Name() string  { return f.name }
func (f *fake) Fields() Field { return f.fields }
func (f *fake) Lookup(ctx context.Context, n subscriber.MSISDN) (Subscriber, error) {
	return f.answer(ctx, f.calls.Add(1))
}

// after answers with an IMSI when d has passed, whatever the context says.
func after(d time.Duration, imsi string) func(context.Context, int64) (Subscriber, error) {
	return func(context.Context, int64) (Subscriber, error) {
		time.Sleep(d)
		return sim(imsi), nil
	}
}

func sim(imsi string) Subscriber {
	return Subscriber{Identity: subscriber.Identity{IMSI: imsi}}
}

func gatherer(cfg Config, providers ...Provider) *Gatherer {
	for _, p := range providers {
		cfg.Providers = append(cfg.Providers, ProviderConfig{Provider: p})
	}
	return New(cfg, prometheus.NewRegistry(), time.Now, slog.New(slog.DiscardHandler))
}

func counted(t *testing.T, c prometheus.Counter) float64 {
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		t.Fatal(err)
	}
	return m.GetCounter().GetValue()
}

func identityAged(d time.Duration) Need { return Need{Fields: FieldIdentity, IdentityMaxAge: d} }

func TestGatherReturnsByItsBudgetWhateverProvidersDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deaf := &fake{name: "deaf", fields: FieldIMSI, answer: after(time.Minute, "1")}
		quick := &fake{name: "quick", fields: FieldLineType, answer: func(context.Context, int64) (Subscriber, error) {
			time.Sleep(140 * time.Millisecond)
			return Subscriber{LineType: "mobile"}, nil
		}}
		g := gatherer(Config{}, deaf, quick)
		start := time.Now()
		a := g.Gather(t.Context(), number, Need{})
		if took := time.Since(start); took != 150*time.Millisecond {
			t.Errorf("Gather took %v, want the budget of 150ms", took)
		}
		if a.Known != FieldLineType || a.LineType != "mobile" {
			t.Errorf("known = %v, %q; want the line type of the provider that answered", a.Known, a.LineType)
		}
		if a.Asked != FieldIMSI|FieldLineType {
			t.Errorf("asked = %v; a fact that did not come was asked all the same", a.Asked)
		}
		if err := a.Sources[0].Err; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("source of the deaf provider: err = %v", err)
		}
		start = time.Now()
		g.Gather(t.Context(), number, Need{Fields: FieldIMSI, Budget: 20 * time.Millisecond})
		if took := time.Since(start); took != 20*time.Millisecond {
			t.Errorf("Gather took %v, want the call's budget of 20ms", took)
		}
		time.Sleep(2 * time.Minute) // the deaf provider returns
	})
}

func TestGatherEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gatherer(Config{}, &fake{name: "slow", fields: FieldIMSI, answer: after(time.Second, "1")})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		start := time.Now()
		a := g.Gather(ctx, number, Need{})
		if took := time.Since(start); took != 10*time.Millisecond || a.Known != 0 {
			t.Errorf("Gather took %v and knows %v", took, a.Known)
		}
		time.Sleep(time.Minute) // the provider returns
	})
}

func TestOneFlightServesAllWhoMayShareIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: after(50*time.Millisecond, "1")}
		g := gatherer(Config{}, p)
		for range 20 {
			go func() {
				if a := g.Gather(t.Context(), number, identityAged(5*time.Second)); a.IMSI != "1" {
					t.Errorf("answer %v", a.Known)
				}
			}()
		}
		time.Sleep(time.Second)
		if n := p.calls.Load(); n != 1 {
			t.Errorf("%d lookups for 20 calls, want 1", n)
		}
		if got := counted(t, g.metrics.cache[cacheJoined]); got != 19 {
			t.Errorf("joined = %v, want 19", got)
		}
	})
}

// A swap may lie between the start of an older lookup and the call.
func TestFreshIdentityJoinsNoOlderFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: func(_ context.Context, call int64) (Subscriber, error) {
			imsi := fmt.Sprint(call)
			time.Sleep(100 * time.Millisecond)
			return sim(imsi), nil
		}}
		g := gatherer(Config{}, p)
		go g.Gather(t.Context(), number, identityAged(0))
		time.Sleep(10 * time.Millisecond)
		called := time.Now()
		a := g.Gather(t.Context(), number, identityAged(0))
		if a.IMSI != "2" {
			t.Errorf("IMSI = %q: the answer of the lookup that had started before the call", a.IMSI)
		}
		if a.IdentityAt.Before(called) {
			t.Errorf("the identity is dated %v before the call", called.Sub(a.IdentityAt))
		}
		b := g.Gather(t.Context(), number, identityAged(0))
		if b.IMSI != "3" {
			t.Errorf("IMSI = %q: a cached answer", b.IMSI)
		}
		if c := g.Gather(t.Context(), number, identityAged(5*time.Second)); c.IMSI != "3" || !c.Sources[0].Cached {
			t.Errorf("IMSI = %q, cached %v; want the cached one", c.IMSI, c.Sources[0].Cached)
		}
	})
}

func TestFreshIdentityJoinsAFlightThatStartedAfterTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gatherer(Config{}, &fake{name: "p", fields: FieldIMSI, answer: after(time.Second, "1")})
		k := key{number, 0}
		early := &call{seq: g.seq.Add(1), now: time.Now()}
		f, joined, err := g.join(k, &call{seq: g.seq.Add(1), now: time.Now()}, 0)
		if joined || err != nil {
			t.Fatalf("first flight: joined %v, %v", joined, err)
		}
		if again, joined, _ := g.join(k, early, 0); again != f || !joined {
			t.Error("a second lookup was made where the one on its way had begun after the call")
		}
		late := &call{seq: g.seq.Add(1), now: time.Now()}
		if other, joined, _ := g.join(k, late, 0); other == f || joined {
			t.Error("joined a lookup that had begun before the call")
		}
		time.Sleep(time.Minute)
	})
}

func TestLateOlderAnswerDoesNotReplaceANewerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: func(_ context.Context, call int64) (Subscriber, error) {
			if call == 1 {
				time.Sleep(140 * time.Millisecond)
				return sim("old"), nil
			}
			return sim("new"), nil
		}}
		g := gatherer(Config{}, p)
		go g.Gather(t.Context(), number, identityAged(0))
		time.Sleep(10 * time.Millisecond)
		g.Gather(t.Context(), number, identityAged(0))
		time.Sleep(time.Second)
		if a := g.Gather(t.Context(), number, identityAged(5*time.Second)); a.IMSI != "new" {
			t.Errorf("IMSI = %q", a.IMSI)
		}
	})
}

func TestLateAnswerFillsTheCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: after(160*time.Millisecond, "1")}
		g := gatherer(Config{}, p)
		if a := g.Gather(t.Context(), number, identityAged(time.Minute)); a.Known != 0 {
			t.Fatalf("known %v before the answer came", a.Known)
		}
		time.Sleep(20 * time.Millisecond)
		a := g.Gather(t.Context(), number, identityAged(time.Minute))
		if a.IMSI != "1" || p.calls.Load() != 1 {
			t.Errorf("IMSI %q after %d lookups; want the late answer of the first", a.IMSI, p.calls.Load())
		}
	})
}

// A failure is not repeated for a while, unless the call insists.
func TestInsistAsksAgainAfterAFailure(t *testing.T) {
	p := &fake{name: "p", fields: FieldIMSI, answer: func(_ context.Context, call int64) (Subscriber, error) {
		if call == 1 {
			return Subscriber{}, errors.New("down")
		}
		return sim("1"), nil
	}}
	g := gatherer(Config{}, p)
	need := identityAged(5 * time.Second)
	for range 2 {
		if a := g.Gather(t.Context(), number, need); a.Known != 0 || p.calls.Load() != 1 {
			t.Fatalf("known %v after %d lookups", a.Known, p.calls.Load())
		}
	}
	need.Insist = true
	for range 2 { // what came is cached for it as for others
		if a := g.Gather(t.Context(), number, need); a.IMSI != "1" || p.calls.Load() != 2 {
			t.Errorf("IMSI %q after %d lookups", a.IMSI, p.calls.Load())
		}
	}
}

func TestInvalidateForgetsAlsoWhatIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: func(_ context.Context, call int64) (Subscriber, error) {
			time.Sleep(50 * time.Millisecond)
			return sim(fmt.Sprint(call)), nil
		}}
		g := gatherer(Config{}, p)
		go g.Gather(t.Context(), number, identityAged(time.Minute))
		time.Sleep(10 * time.Millisecond)
		g.Invalidate(number)
		if a := g.Gather(t.Context(), number, identityAged(time.Minute)); a.IMSI != "2" {
			t.Errorf("IMSI = %q: of the lookup that began before the change", a.IMSI)
		}
		g.Invalidate(number)
		if a := g.Gather(t.Context(), number, identityAged(time.Minute)); a.IMSI != "3" {
			t.Errorf("IMSI = %q: cached before the change", a.IMSI)
		}
	})
}

func TestNoProviderAsksNothing(t *testing.T) {
	g := gatherer(Config{})
	if a := g.Gather(t.Context(), number, Need{}); a == nil || a.Asked != 0 || a.Known != 0 || g.Enabled() {
		t.Errorf("answer %+v, enabled %v", a.Sources, g.Enabled())
	}
}
