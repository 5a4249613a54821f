package soak

import (
	"context"
	"fmt"
	"time"

	"tollgate/bench/proc"
	"tollgate/bench/send"
)

// Sample is one interval: what the load did in it, and what the gateway held at
// its end.
type Sample struct {
	At         float64 `json:"at"` // seconds since the start
	Accepted   float64 `json:"accepted_per_second"`
	Failed     uint64  `json:"failed"`
	HTTPP50    float64 `json:"http_p50_ms"`
	HTTPP99    float64 `json:"http_p99_ms"`
	ToP50      float64 `json:"to_smsc_p50_ms"`
	ToP99      float64 `json:"to_smsc_p99_ms"`
	RSS        float64 `json:"rss"` // octets
	Heap       float64 `json:"heap"`
	Goroutines float64 `json:"goroutines"`
	FDs        float64 `json:"fds"`
	Queue      float64 `json:"queue"`
	Store      float64 `json:"store"` // octets on disk
	CPU        float64 `json:"cpu_seconds"`
}

// sample reads the gateway; where its entry in /proc is out of reach, what it
// says itself counts.
func sample(ctx context.Context, began time.Time, g *target, t *send.Tally) (s Sample, err error) {
	m, err := g.ops.Metrics(ctx)
	if err != nil {
		return s, err
	}
	http, to := t.HTTP.Summary(), t.ToSMSC.Summary()
	s = Sample{
		At: time.Since(began).Seconds(), Accepted: t.AcceptedPerSecond(), Failed: t.Failed,
		HTTPP50: http.P50, HTTPP99: http.P99, ToP50: to.P50, ToP99: to.P99,
		RSS: m["process_resident_memory_bytes"], Heap: m["go_memstats_heap_inuse_bytes"], Goroutines: m["go_goroutines"],
		FDs: m["process_open_fds"], Queue: m["tollgate_queue_depth"], Store: m["tollgate_store_bytes"], CPU: m["process_cpu_seconds_total"],
	}
	if g.pid != 0 {
		if u, err := proc.Read(g.pid); err == nil {
			s.RSS, s.CPU = float64(u.RSS), u.CPU().Seconds()
		}
	}
	return s, nil
}

// String is a line of progress.
func (s *Sample) String() string {
	return fmt.Sprintf("%6.0fs accepted %.0f/s  failed %d  HTTP p99 %.2f ms  to SMSC p50 %.2f p99 %.2f ms  RSS %.0f MB  heap %.0f MB  goroutines %.0f  fds %.0f  queue %.0f  store %.0f MB",
		s.At, s.Accepted, s.Failed, s.HTTPP99, s.ToP50, s.ToP99, s.RSS/1e6, s.Heap/1e6, s.Goroutines, s.FDs, s.Queue, s.Store/1e6)
}
