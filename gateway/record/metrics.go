package record

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	lines           *prometheus.CounterVec
	dropped, failed prometheus.Counter
}

func newMetrics(reg prometheus.Registerer, queue chan Line) *metrics {
	m := &metrics{
		lines: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tollgate_record_lines_total", Help: "Events recorded, by kind.",
		}, []string{"event"}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tollgate_record_dropped_total", Help: "Events not recorded because too many waited for the disk.",
		}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tollgate_record_failed_total", Help: "Events lost because the recording could not be written.",
		}),
	}
	for _, e := range events {
		m.lines.WithLabelValues(e)
	}
	if reg != nil {
		reg.MustRegister(m.lines, m.dropped, m.failed, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tollgate_record_queue_depth", Help: "Events that wait to be recorded.",
		}, func() float64 { return float64(len(queue)) }))
	}
	return m
}
