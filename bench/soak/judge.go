package soak

import (
	"fmt"
	"time"

	"tollgate/bench/stat"
)

// settled is how long a run must be for its memory and latency to be judged: in
// a shorter one caches, tables and the heap's goal still grow. Goroutines and
// descriptors have their number at once.
const settled = 10 * time.Minute

// judgedMin is how many samples a slope needs, beside those of the first quarter.
const judgedMin = 6

// figure is one series that must not grow.
type figure struct {
	name  string
	unit  float64 // for people
	room  float64 // growth that is nothing to speak of, whatever its share
	value func(*Sample) float64
	bound func(*Result, *Config) float64
}

func always(_ *Result, c *Config) float64 { return c.RSSGrowth }

func ofRSS(r *Result, c *Config) float64 {
	if !r.settled() {
		return 0
	}
	return c.RSSGrowth
}

func ofP99(r *Result, c *Config) float64 {
	if !r.settled() {
		return 0
	}
	return c.P99Growth
}

// settled says that the run was long enough, as it went and not as it was meant:
// it may have been cut short.
func (r *Result) settled() bool { return r.Seconds >= settled.Seconds() }

var figures = []figure{
	{"RSS, MB", 1e6, 16e6, func(s *Sample) float64 { return s.RSS }, ofRSS},
	{"heap in use, MB", 1e6, 16e6, func(s *Sample) float64 { return s.Heap }, ofRSS},
	{"goroutines", 1, 20, func(s *Sample) float64 { return s.Goroutines }, always},
	{"file descriptors", 1, 20, func(s *Sample) float64 { return s.FDs }, always},
	{"p99 HTTP to SMSC, ms", 1, 2, func(s *Sample) float64 { return s.ToP99 }, ofP99},
}

// Trend is how one figure went.
type Trend struct {
	Name   string  `json:"name"`
	From   float64 `json:"from"`   // at the first judged sample, by its slope and median
	Growth float64 `json:"growth"` // by its slope, from the first to the last judged sample
	Bound  float64 `json:"bound"`  // that it may grow; 0: not judged
}

// judge sets trends and failures.
func (r *Result) judge(c *Config) {
	r.loss(c)
	judged := r.Samples[len(r.Samples)/4:]
	if len(judged) < judgedMin {
		r.Note = fmt.Sprintf("%d samples after the first quarter are too few to tell a trend, %d are needed", len(judged), judgedMin)
		return
	}
	for _, f := range figures {
		t := f.trend(judged)
		if bound := f.bound(r, c); bound > 0 {
			t.Bound = max(f.room/f.unit, bound*t.From)
			if t.Growth > t.Bound {
				r.Failures = append(r.Failures, fmt.Sprintf("%s grew by %.1f in %.0f s, from about %.1f; at most %.1f is allowed",
					f.name, t.Growth, judged[len(judged)-1].At-judged[0].At, t.From, t.Bound))
			}
		}
		r.Trends = append(r.Trends, t)
	}
}

func (f *figure) trend(judged []Sample) Trend {
	var x, y []float64
	for i := range judged {
		x, y = append(x, judged[i].At), append(y, f.value(&judged[i])/f.unit)
	}
	growth := stat.Slope(x, y) * (x[len(x)-1] - x[0])
	return Trend{Name: f.name, From: max(0, stat.Median(y)-growth/2), Growth: growth}
}

// loss judges what became of the sends.
func (r *Result) loss(c *Config) {
	t := r.Total
	fail := func(format string, args ...any) { r.Failures = append(r.Failures, fmt.Sprintf(format, args...)) }
	if n := t.Missing(); n > 0 {
		fail("%d of %d accepted messages never reached the carrier", n, t.Accepted)
	}
	if t.Accepted == 0 {
		fail("nothing was accepted; errors by code: %v", t.Errors)
	} else if share := float64(t.Failed+t.Unsent) / float64(t.Failed+t.Unsent+t.Accepted); share > c.ErrorsMax {
		fail("%.2f %% of the sends were not accepted, at most %.2f %% are allowed; by code: %v, not sent for want of a connection: %d",
			100*share, 100*c.ErrorsMax, t.Errors, t.Unsent)
	}
}
