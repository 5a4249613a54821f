package hlr

import (
	"context"
	"errors"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"tollgate/hlr/subscriber"
)

func TestBreakerOpensProbesAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		p := &fake{name: "p", fields: FieldIMSI, answer: func(context.Context, int64) (Subscriber, error) {
			if down {
				return Subscriber{}, errors.New("down")
			}
			return sim("1"), nil
		}}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: p, Failures: 3, CoolOff: time.Second}}})
		ask := func() *Answer { return g.Gather(t.Context(), number, identityAged(0)) }
		for range 3 {
			ask()
		}
		if h := g.Health()[0]; h.OK || h.Failures != 3 || h.LastErr == nil {
			t.Errorf("health after three failures: %+v", h)
		}
		if a := ask(); !errors.Is(a.Sources[0].Err, ErrOpen) || a.Asked != FieldIMSI || p.calls.Load() != 3 {
			t.Errorf("open: err %v, asked %v, %d lookups", a.Sources[0].Err, a.Asked, p.calls.Load())
		}
		time.Sleep(time.Second)
		ask() // the probe, which fails
		if a := ask(); !errors.Is(a.Sources[0].Err, ErrOpen) || p.calls.Load() != 4 {
			t.Errorf("after a failed probe: err %v, %d lookups", a.Sources[0].Err, p.calls.Load())
		}
		time.Sleep(time.Second)
		down = false
		if a := ask(); a.IMSI != "1" {
			t.Errorf("probe: %v", a.Sources[0].Err)
		}
		if h := g.Health()[0]; !h.OK || h.Failures != 0 || h.LastErr != nil || h.LastOK.IsZero() {
			t.Errorf("health after the probe: %+v", h)
		}
		want := map[string]uint64{
			resultError: 4, resultOpen: 2, resultOK: 1,
			resultAbsent: 0, resultNotCovered: 0, resultTimeout: 0, resultOverloaded: 0, resultThrottled: 0, resultRateLimited: 0,
		}
		if got := lookupCounts(t, g); !maps.Equal(got, want) {
			t.Errorf("lookups by result: %v, want %v", got, want)
		}
	})
}

func TestHalfOpenLetsOneThrough(t *testing.T) {
	now := time.Now()
	b := breaker{limit: 1, coolOff: time.Second}
	b.record(now, errors.New("down"))
	now = now.Add(time.Second)
	if !b.allow(now) || b.allow(now) {
		t.Error("a half-open breaker must let exactly one through")
	}
}

func TestAbsentIsNoFailure(t *testing.T) {
	p := says("p", FieldIMSI, Subscriber{}, ErrAbsent)
	g := gatherer(Config{Budget: 10 * time.Second, Providers: []ProviderConfig{{Provider: p, Failures: 1}}})
	for range 3 {
		if a := g.Gather(t.Context(), number, identityAged(0)); !a.Absent || a.Known != FieldIMSI {
			t.Fatalf("absent %v, known %v, %v", a.Absent, a.Known, a.Sources[0].Err)
		}
	}
}

// A provider that hangs holds its places until it returns; more are refused at
// once instead of piling up.
func TestLookupsInFlightAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI, answer: after(10*time.Second, "1")}
		g := gatherer(Config{Providers: []ProviderConfig{{Provider: p, MaxInFlight: 2}}})
		for i := range 5 {
			n := number + subscriber.MSISDN('0'+rune(i))
			start := time.Now()
			a := g.Gather(t.Context(), n, identityAged(0))
			if i >= 2 && (!errors.Is(a.Sources[0].Err, ErrOverloaded) || time.Since(start) != 0) {
				t.Errorf("call %d: %v after %v", i, a.Sources[0].Err, time.Since(start))
			}
		}
		if h := g.Health()[0]; h.InFlight != 2 || p.calls.Load() != 2 {
			t.Errorf("%d in flight, %d lookups; want 2", h.InFlight, p.calls.Load())
		}
		time.Sleep(time.Minute)
		if h := g.Health()[0]; h.InFlight != 0 {
			t.Errorf("%d in flight after all returned", h.InFlight)
		}
	})
}

// lookupCounts reads how many lookups ended with each result.
func lookupCounts(t *testing.T, g *Gatherer) map[string]uint64 {
	series := make(chan prometheus.Metric, 10)
	g.metrics.lookups.Collect(series)
	close(series)
	counts := map[string]uint64{}
	for s := range series {
		var m dto.Metric
		if err := s.Write(&m); err != nil {
			t.Fatal(err)
		}
		for _, l := range m.Label {
			if l.GetName() == "result" {
				counts[l.GetValue()] = m.Histogram.GetSampleCount()
			}
		}
	}
	return counts
}
