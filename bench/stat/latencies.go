// Package stat has the numbers that every benchmark reports: percentiles from
// HDR histograms, the spread of repeated figures, and a slope that outliers do
// not bend.
package stat

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of the histograms: three significant digits from 50 ns, about what
// reading the clock twice costs, to ten minutes.
const (
	latencyMin    = 50 * time.Nanosecond
	latencyMax    = 10 * time.Minute
	latencyDigits = 3
)

// Latencies is a histogram that several goroutines fill. Shards keep them from
// waiting for each other.
type Latencies struct{ shards [8]shard }

type shard struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
	_  [48]byte // a cache line each
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(int64(latencyMin), int64(latencyMax), latencyDigits)
}

// NewLatencies makes an empty histogram.
func NewLatencies() *Latencies {
	l := new(Latencies)
	for i := range l.shards {
		l.shards[i].h = newHistogram()
	}
	return l
}

// Record adds one latency; hint spreads the callers.
func (l *Latencies) Record(hint int, d time.Duration) { l.RecordN(hint, d, 1) }

// RecordN adds the same latency n times, at the price of one.
func (l *Latencies) RecordN(hint int, d time.Duration, n uint64) {
	s := &l.shards[hint%len(l.shards)]
	s.mu.Lock()
	defer s.mu.Unlock()
	// Out of bounds cannot happen after min and max.
	_ = s.h.RecordValues(int64(min(max(d, latencyMin), latencyMax)), int64(n))
}

// Merge adds what other has.
func (l *Latencies) Merge(other *Latencies) {
	h := other.merged(false)
	s := &l.shards[0]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.h.Merge(h)
}

// Take returns what was recorded since the last Take and forgets it.
func (l *Latencies) Take() *Latencies {
	t := new(Latencies)
	t.shards[0].h = l.merged(true)
	for i := range t.shards[1:] {
		t.shards[i+1].h = newHistogram()
	}
	return t
}

func (l *Latencies) merged(reset bool) *hdrhistogram.Histogram {
	all := newHistogram()
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		all.Merge(s.h)
		if reset {
			s.h.Reset()
		}
		s.mu.Unlock()
	}
	return all
}

// Latency are percentiles, in milliseconds.
type Latency struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"mean_ms"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

func ms(v int64) float64 { return float64(v) / float64(time.Millisecond) }

// Summary is the percentiles of what was recorded.
func (l *Latencies) Summary() Latency {
	h := l.merged(false)
	return Latency{
		Count: h.TotalCount(), Mean: h.Mean() / float64(time.Millisecond),
		P50: ms(h.ValueAtPercentile(50)), P90: ms(h.ValueAtPercentile(90)),
		P99: ms(h.ValueAtPercentile(99)), P999: ms(h.ValueAtPercentile(99.9)), Max: ms(h.Max()),
	}
}

// String is one line of percentiles.
func (l Latency) String() string {
	if l.Count == 0 {
		return "-"
	}
	return fmt.Sprintf("p50 %s  p90 %s  p99 %s  p99.9 %s  max %s", short(l.P50), short(l.P90), short(l.P99), short(l.P999), short(l.Max))
}

// short writes milliseconds in the unit that fits.
func short(ms float64) string {
	switch {
	case ms < .001:
		return fmt.Sprintf("%.0f ns", ms*1e6)
	case ms < .1:
		return fmt.Sprintf("%.1f us", ms*1e3)
	case ms < 1000:
		return fmt.Sprintf("%.2f ms", ms)
	}
	return fmt.Sprintf("%.2f s", ms/1e3)
}

// Point is one point of a percentile curve.
type Point struct {
	Percentile float64 `json:"percentile"` // 0 to 100
	MS         float64 `json:"ms"`
}

// curveAt are the percentiles of a curve: denser towards the tail, which is what
// the curve is looked at for.
var curveAt = []float64{
	0, 10, 25, 50, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.25, 99.5, 99.7, 99.8, 99.9, 99.95, 99.97, 99.99, 99.995, 99.999,
}

// Curve is the percentiles for a plot. It ends where a percentile would be
// less than one value of its own.
func (l *Latencies) Curve() (points []Point) {
	h := l.merged(false)
	for _, p := range curveAt {
		if float64(h.TotalCount())*(100-p) < 100 {
			break
		}
		points = append(points, Point{p, ms(h.ValueAtPercentile(p))})
	}
	return points
}
