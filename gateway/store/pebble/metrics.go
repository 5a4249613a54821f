package pebblestore

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of the store. Pebble counts in them from the moment that it opens; they are
// registered from then until the store closes.
type metrics struct {
	reg        prometheus.Registerer // nil: they are registered nowhere
	registered []prometheus.Collector
	duration   prometheus.Histogram
	group      prometheus.Histogram
	bytes      prometheus.Counter
	failed     prometheus.Gauge
	background prometheus.Counter
	stalls     prometheus.Counter
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
	})
}

func newMetrics(reg prometheus.Registerer) *metrics {
	return &metrics{
		reg: reg,
		duration: histogram("tollgate_commit_duration_seconds", "From the call of a commit until it was on disk.",
			[]float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .25, 1}),
		group: histogram("tollgate_commit_group_size", "Writes that shared one sync.",
			[]float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4096}),
		bytes:      prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_commit_bytes_total", Help: "Octets written to the store's log."}),
		failed:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "tollgate_store_failed", Help: "1 once a write failed and the process must restart."}),
		background: prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_store_background_errors_total", Help: "Flushes and compactions that failed and are tried again."}),
		stalls:     prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_store_stalls_total", Help: "Times that writes waited for a flush or a compaction."}),
	}
}

func (m *metrics) register(size func() float64) error {
	if m.reg == nil {
		return nil
	}
	bytes := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tollgate_store_bytes", Help: "Space that the store takes on disk."}, size)
	for _, c := range []prometheus.Collector{m.duration, m.group, m.bytes, m.failed, m.background, m.stalls, bytes} {
		if err := m.reg.Register(c); err != nil {
			m.unregister()
			return fmt.Errorf("store: registering metrics: %w", err)
		}
		m.registered = append(m.registered, c)
	}
	return nil
}

func (m *metrics) unregister() {
	for _, c := range m.registered {
		m.reg.Unregister(c)
	}
}
