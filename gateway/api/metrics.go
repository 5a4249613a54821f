package api

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// unknownRoute labels what no route of ours knows, and requests that could
// not be read: their paths are the client's own and no closed set.
const unknownRoute = "unknown"

// Metrics is how long requests took, by route and status.
type Metrics struct {
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewMetrics registers the metrics of the API.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tollgate_http_request_duration_seconds",
			Help: "From a request's last octet to its answer, by route and status.",
			Buckets: []float64{.00025, .0005, .001, .002, .003, .005, .01, .025,
				.05, .1, .25, .5, 1, 2.5, 5, 10},
			NativeHistogramBucketFactor:     1.1,
			NativeHistogramMaxBucketNumber:  160,
			NativeHistogramMinResetDuration: time.Hour,
		}, []string{"route", "code"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tollgate_http_requests_in_flight",
			Help: "Requests being answered now.",
		}),
	}
	reg.MustRegister(m.duration, m.inFlight)
	return m
}

// routeObserver keeps the histograms of one route by status, so that a
// request does not look its labels up.
type routeObserver struct {
	m        *Metrics
	route    string
	byStatus [600]atomic.Pointer[prometheus.Observer]
}

func (m *Metrics) route(path string) *routeObserver {
	return &routeObserver{m: m, route: path}
}

// observe counts one answer. A sampled trace's id becomes its exemplar.
func (o *routeObserver) observe(status int, took time.Duration, trace string) {
	obs := o.of(status)
	if e, ok := obs.(prometheus.ExemplarObserver); ok && trace != "" {
		e.ObserveWithExemplar(took.Seconds(), prometheus.Labels{"trace_id": trace})
		return
	}
	obs.Observe(took.Seconds())
}

func (o *routeObserver) of(status int) prometheus.Observer {
	if status < 0 || status >= len(o.byStatus) {
		status = 0
	}
	p := o.byStatus[status].Load()
	if p == nil {
		obs := o.m.duration.WithLabelValues(o.route, strconv.Itoa(status))
		p = &obs
		o.byStatus[status].Store(p)
	}
	return *p
}
