package account

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Results of a webhook, the closed set of the label. All but retried are the
// end of one event.
const (
	resultDelivered = "delivered"
	resultRetried   = "retried"   // an attempt failed, another follows
	resultGaveUp    = "gave_up"   // the last attempt failed
	resultGone      = "gone"      // the receiver answered 410, or has before
	resultRefused   = "refused"   // URL, address or secret that cannot be used
	resultDropped   = "dropped"   // the queue was full or closed
	resultAbandoned = "abandoned" // the process ended first
)

type metrics struct {
	total *prometheus.CounterVec
	depth prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	m := &metrics{
		total: f.NewCounterVec(prometheus.CounterOpts{
			Name: "tollgate_webhooks_total",
			Help: "Webhooks by what became of them; retried counts attempts, the others events.",
		}, []string{"result"}),
		depth: f.NewGauge(prometheus.GaugeOpts{
			Name: "tollgate_webhook_queue_depth",
			Help: "Webhooks in memory: queued, being posted or waiting for their next attempt.",
		}),
	}
	for _, r := range []string{resultDelivered, resultRetried, resultGaveUp, resultGone, resultRefused, resultDropped, resultAbandoned} {
		m.total.WithLabelValues(r)
	}
	return m
}
