package bench

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of the histograms: three significant digits from a microsecond to ten
// minutes, the longest run.
const (
	latencyMin    = int64(time.Microsecond)
	latencyMax    = int64(durationMax)
	latencyDigits = 3
)

// latencies is a histogram that several goroutines fill. Shards keep them from
// waiting for each other.
type latencies struct{ shards [8]shard }

type shard struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
	_  [48]byte // a cache line each
}

func newLatencies() *latencies {
	l := new(latencies)
	for i := range l.shards {
		l.shards[i].h = hdrhistogram.New(latencyMin, latencyMax, latencyDigits)
	}
	return l
}

// record adds one latency; hint spreads the callers.
func (l *latencies) record(hint int, d time.Duration) {
	s := &l.shards[hint%len(l.shards)]
	s.mu.Lock()
	defer s.mu.Unlock()
	// Out of bounds cannot happen after min and max.
	_ = s.h.RecordValue(min(max(int64(d), latencyMin), latencyMax))
}

// merged is everything recorded so far.
func (l *latencies) merged() *hdrhistogram.Histogram {
	all := hdrhistogram.New(latencyMin, latencyMax, latencyDigits)
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		all.Merge(s.h)
		s.mu.Unlock()
	}
	return all
}

// Latency are percentiles, in milliseconds.
type Latency struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

// summary is the percentiles of what was recorded.
func (l *latencies) summary() Latency {
	h := l.merged()
	ms := func(v int64) float64 { return float64(v) / float64(time.Millisecond) }
	return Latency{
		Count: h.TotalCount(), P50: ms(h.ValueAtPercentile(50)), P90: ms(h.ValueAtPercentile(90)),
		P99: ms(h.ValueAtPercentile(99)), P999: ms(h.ValueAtPercentile(99.9)), Max: ms(h.Max()),
	}
}

// String is one line of percentiles.
func (l Latency) String() string {
	if l.Count == 0 {
		return "-"
	}
	return fmt.Sprintf("p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms", l.P50, l.P90, l.P99, l.P999, l.Max)
}
