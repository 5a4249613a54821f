package carrier

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// durations covers a loopback simulator as well as a carrier at its time-out, in
// seconds.
var durations = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Metrics are the metrics of all carriers of a process.
type Metrics struct {
	submit       *prometheus.HistogramVec // carrier, command_status
	rtt          *prometheus.HistogramVec // carrier
	throttled    *prometheus.CounterVec   // carrier
	repeats      *prometheus.CounterVec   // carrier
	late         *prometheus.CounterVec   // carrier
	bindFailures *prometheus.CounterVec   // carrier, command_status

	state *stateCollector
}

// NewMetrics registers the metrics of carriers.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		submit: histogram("tollgate_submit_duration_seconds",
			"Time from submit_sm to its response, by command_status; timeout and lost had none.", "carrier", "command_status"),
		rtt:          histogram("tollgate_enquire_link_rtt_seconds", "Round trip of our enquire_link.", "carrier"),
		throttled:    counter("tollgate_throttled_total", "Parts refused because we send too fast (ESME_RTHROTTLED, ESME_RMSGQFUL).", "carrier"),
		repeats:      counter("tollgate_submit_repeats_total", "Messages sent again after an unknown result.", "carrier"),
		late:         counter("tollgate_late_responses_total", "Responses that answered nothing waiting: late, duplicate or unasked.", "carrier"),
		bindFailures: counter("tollgate_bind_failures_total", "Attempts to bind that failed; unreachable got no answer.", "carrier", "command_status"),
		state:        newStateCollector(),
	}
	for _, c := range []prometheus.Collector{m.submit, m.rtt, m.throttled, m.repeats, m.late, m.bindFailures, m.state} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("register carrier metrics: %w", err)
		}
	}
	return m, nil
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: durations,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
	}, labels)
}

// carrierMetrics are the metrics of one carrier, looked up once.
type carrierMetrics struct {
	m                        *Metrics
	c                        *Carrier
	ok, timeout, lost, rtt   prometheus.Observer
	throttled, repeats, late prometheus.Counter

	mu       sync.Mutex
	byStatus map[pdu.Status]prometheus.Observer
}

// add makes the metrics of a carrier exist, at zero, before it is bound.
func (m *Metrics) add(c *Carrier) (*carrierMetrics, error) {
	name := c.cfg.Name
	if err := m.state.add(c); err != nil {
		return nil, err
	}
	return &carrierMetrics{
		m: m, c: c, ok: m.submit.WithLabelValues(name, pdu.ESME_ROK.String()),
		timeout: m.submit.WithLabelValues(name, "timeout"), lost: m.submit.WithLabelValues(name, "lost"),
		rtt: m.rtt.WithLabelValues(name), throttled: m.throttled.WithLabelValues(name),
		repeats: m.repeats.WithLabelValues(name), late: m.late.WithLabelValues(name),
		byStatus: map[pdu.Status]prometheus.Observer{},
	}, nil
}

// remove ends the gauges of a carrier that is closed; its counts stay.
func (m *carrierMetrics) remove() { m.m.state.remove(m.c) }

// answered observes a response.
func (m *carrierMetrics) answered(status pdu.Status, d time.Duration) {
	if status == pdu.ESME_ROK {
		m.ok.Observe(d.Seconds())
		return
	}
	m.mu.Lock()
	o, found := m.byStatus[status]
	if !found {
		o = m.m.submit.WithLabelValues(m.c.cfg.Name, statusLabel(status))
		if len(m.byStatus) < 1024 { // a hostile peer has four billion statuses
			m.byStatus[status] = o
		}
	}
	m.mu.Unlock()
	o.Observe(d.Seconds())
}

// Vendor statuses that keep their own label (SMPP 3.4 §5.1.3: 0x400 to 0x4FF).
const vendorFirst, vendorLast = pdu.Status(0x400), pdu.Status(0x4FF)

// statusLabel keeps the label a closed set: the named statuses, the vendors'
// range, and other.
func statusLabel(status pdu.Status) string {
	s := status.String()
	if len(s) > 2 && s[:2] == "0x" && (status < vendorFirst || status > vendorLast) {
		return "other"
	}
	return s
}

// bindFailed counts a failed attempt by what was answered.
func (m *carrierMetrics) bindFailed(err error) {
	label := "unreachable"
	var refused *session.BindError
	if errors.As(err, &refused) {
		label = statusLabel(refused.Status)
	}
	m.m.bindFailures.WithLabelValues(m.c.cfg.Name, label).Inc()
}

// stateCollector reads the state of the links when it is scraped, so that keeping
// the gauges costs the hot path nothing.
type stateCollector struct {
	up, used, size *prometheus.Desc

	mu       sync.Mutex
	carriers map[string]*Carrier
}

func newStateCollector() *stateCollector {
	labels := []string{"carrier", "link"}
	return &stateCollector{
		up:       prometheus.NewDesc("tollgate_bind_up", "Whether the link is bound.", labels, nil),
		used:     prometheus.NewDesc("tollgate_window_used", "Window slots taken.", labels, nil),
		size:     prometheus.NewDesc("tollgate_window_size", "Window slots that the link may use now; at most the configured window.", labels, nil),
		carriers: map[string]*Carrier{},
	}
}

func (s *stateCollector) add(c *Carrier) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.carriers[c.cfg.Name]; taken {
		return fmt.Errorf("another carrier is named %q: choose a name of its own", c.cfg.Name)
	}
	s.carriers[c.cfg.Name] = c
	return nil
}

func (s *stateCollector) remove(c *Carrier) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.carriers[c.cfg.Name] == c {
		delete(s.carriers, c.cfg.Name)
	}
}

// Describe implements prometheus.Collector.
func (s *stateCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- s.up
	ch <- s.used
	ch <- s.size
}

// Collect implements prometheus.Collector.
func (s *stateCollector) Collect(ch chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, c := range s.carriers {
		c.mu.Lock()
		for _, l := range c.links {
			up := 0.0
			if l.conn != nil {
				up = 1
			}
			link := strconv.Itoa(l.index)
			ch <- prometheus.MustNewConstMetric(s.up, prometheus.GaugeValue, up, name, link)
			ch <- prometheus.MustNewConstMetric(s.used, prometheus.GaugeValue, float64(l.used), name, link)
			ch <- prometheus.MustNewConstMetric(s.size, prometheus.GaugeValue, float64(l.window.limit), name, link)
		}
		c.mu.Unlock()
	}
}
