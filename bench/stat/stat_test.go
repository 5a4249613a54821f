package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Percentiles are those of the sorted values, within the histogram's three digits.
func TestSummaryAgainstSortedValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := NewLatencies()
	var all []float64
	for i := range 100_000 {
		d := time.Duration(math.Exp(rng.NormFloat64()*2+12)) + latencyMin // about 0.16 ms, with a long tail
		l.Record(i, d)
		all = append(all, float64(d)/1e6)
	}
	slices.Sort(all)
	s := l.Summary()
	for _, c := range []struct{ p, got float64 }{{50, s.P50}, {90, s.P90}, {99, s.P99}, {99.9, s.P999}, {100, s.Max}} {
		want := all[min(len(all)-1, int(math.Round(c.p/100*float64(len(all))))-1)]
		if math.Abs(c.got-want) > want*.001 {
			t.Errorf("p%v = %v, want %v", c.p, c.got, want)
		}
	}
	if s.Count != 100_000 {
		t.Errorf("%d values", s.Count)
	}
	curve := l.Curve()
	for i, p := range curve {
		if i > 0 && (p.MS < curve[i-1].MS || p.Percentile <= curve[i-1].Percentile) {
			t.Errorf("the curve falls at %+v", p)
		}
	}
	if last := curve[len(curve)-1].Percentile; last != 99.999 { // of 100 000, one is above it
		t.Errorf("the curve ends at %v", last)
	}
}

func TestCurveEndsWhereValuesDo(t *testing.T) {
	l := NewLatencies()
	if l.Curve() != nil || l.Summary().String() != "-" {
		t.Error("nothing was recorded and yet there is a curve")
	}
	for i := range 100 {
		l.Record(i, time.Millisecond)
	}
	curve := l.Curve()
	if last := curve[len(curve)-1].Percentile; last != 99 {
		t.Errorf("of 100 values the curve goes to %v", last)
	}
}

func TestOutOfBoundsIsKept(t *testing.T) {
	l := NewLatencies()
	l.Record(0, -time.Second)
	l.Record(1, time.Hour)
	if s := l.Summary(); s.Count != 2 || s.Max < 599_000 {
		t.Errorf("%+v", s)
	}
}

func TestTakeForgets(t *testing.T) {
	l, sum := NewLatencies(), NewLatencies()
	for round := range 3 {
		for i := range 10 * (round + 1) {
			l.Record(i, time.Millisecond)
		}
		taken := l.Take()
		if n := taken.Summary().Count; n != int64(10*(round+1)) {
			t.Errorf("round %d took %d", round, n)
		}
		sum.Merge(taken)
	}
	if l.Summary().Count != 0 || sum.Summary().Count != 60 {
		t.Errorf("%d left, %d together", l.Summary().Count, sum.Summary().Count)
	}
}

func TestSpread(t *testing.T) {
	if s := SpreadOf(nil); s != (Spread{}) {
		t.Errorf("of nothing: %+v", s)
	}
	figures := []float64{5, 1, 4, 2, 3}
	if s := SpreadOf(figures); s != (Spread{Median: 3, Least: 1, Lower: 2, Upper: 4, Most: 5, N: 5}) {
		t.Errorf("%+v", s)
	}
	if figures[0] != 5 {
		t.Error("the caller's figures were sorted")
	}
	if m := Median([]float64{1, 2, 10, 20}); m != 6 {
		t.Errorf("median of four: %v", m)
	}
	if s := SpreadOf([]float64{7}); s.Format("%.1f") != "7.0" || SpreadOf(figures).Format("%.0f") != "3 (1 to 5)" {
		t.Errorf("%q", s.Format("%.1f"))
	}
}

// A quarter of the points lies far off: the slope stays.
func TestSlopeIsRobust(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var x, y []float64
	for i := range 60 {
		x = append(x, float64(i))
		v := 100 + .5*float64(i) + rng.Float64() - .5
		if i%4 == 0 {
			v = rng.Float64() * 1e6
		}
		y = append(y, v)
	}
	if s := Slope(x, y); math.Abs(s-.5) > .15 {
		t.Errorf("slope %v, want 0.5", s)
	}
	if Slope([]float64{1}, []float64{2}) != 0 || Slope([]float64{1, 1}, []float64{2, 5}) != 0 || Slope(nil, nil) != 0 {
		t.Error("a slope of too little")
	}
}

func TestShort(t *testing.T) {
	for ms, want := range map[float64]string{.00012: "120 ns", .0123: "12.3 us", .5: "0.50 ms", 12.345: "12.35 ms", 1500: "1.50 s"} {
		if got := short(ms); got != want {
			t.Errorf("%v ms is %q, want %q", ms, got, want)
		}
	}
}
