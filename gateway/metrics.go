package gateway

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/smpp/receipt"
)

// Metrics of the message's life. Labels are closed sets: never a number, an
// id or a text.
type Metrics struct {
	accept    prometheus.Histogram
	decision  prometheus.Histogram
	fence     prometheus.Histogram
	queueWait *prometheus.HistogramVec
	receipt   *prometheus.HistogramVec
	delivery  *prometheus.HistogramVec
	verify    prometheus.Histogram
	messages  *prometheus.CounterVec
	decisions *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	unmatched *prometheus.CounterVec
	freezes   prometheus.Counter
	locks     prometheus.Counter
	fences    *prometheus.CounterVec
	checks    *prometheus.CounterVec
	failovers *prometheus.CounterVec
	repeats   prometheus.Counter
	inbound   *prometheus.CounterVec
	optOuts   *prometheus.CounterVec
	feedback  *prometheus.CounterVec
	unkept    prometheus.Counter

	// What every message counts in, looked up once.
	reached   [store.Canceled + 1]prometheus.Counter
	plain     map[fraud.Kind]prometheus.Counter // decisions without a reason
	notFenced prometheus.Counter
}

var (
	fastBuckets = []float64{.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}
	slowBuckets = []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800}
)

func histogramOpts(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
	}
}

// NewMetrics registers the metrics of the pipeline.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		accept:    prometheus.NewHistogram(histogramOpts("tollgate_accept_duration_seconds", "Send request until the message is on disk.", fastBuckets)),
		decision:  prometheus.NewHistogram(histogramOpts("tollgate_decision_duration_seconds", "Policy decision on gathered facts.", fastBuckets)),
		fence:     prometheus.NewHistogram(histogramOpts("tollgate_fence_duration_seconds", "Identity comparison between decision and submit_sm.", fastBuckets)),
		queueWait: prometheus.NewHistogramVec(histogramOpts("tollgate_queue_wait_seconds", "Queued until a window slot was taken.", fastBuckets), []string{"carrier"}),
		receipt:   prometheus.NewHistogramVec(histogramOpts("tollgate_receipt_duration_seconds", "submit_sm until the final delivery receipt.", slowBuckets), []string{"carrier", "state"}),
		delivery:  prometheus.NewHistogramVec(histogramOpts("tollgate_delivery_duration_seconds", "Accepted until the receipt of a delivered message.", slowBuckets), []string{"carrier"}),
		verify:    prometheus.NewHistogram(histogramOpts("tollgate_verify_duration_seconds", "Send until the code was approved.", slowBuckets)),
		messages:  counterVec("tollgate_messages_total", "Messages that reached a status.", "status"),
		decisions: counterVec("tollgate_decisions_total", "Decisions, once per reason; reason is empty where none fired.", "decision", "reason"),
		refusals:  counterVec("tollgate_refusals_total", "Sends refused, by code.", "code"),
		unmatched: counterVec("tollgate_receipts_unmatched_total", "Delivery receipts that belong to no open message.", "carrier"),
		freezes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_freezes_total", Help: "Numbers frozen after an identity change."}),
		locks:     prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_locks_total", Help: "Numbers locked after wrong codes."}),
		fences:    counterVec("tollgate_fence_total", "Fences before submit_sm, by result.", "result"),
		checks:    counterVec("tollgate_checks_total", "Checks answered, by result.", "result"),
		failovers: counterVec("tollgate_failovers_total", "Messages that a carrier could not take and another was tried.", "carrier"),
		repeats:   prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_repeats_total", Help: "Attempts made again because the former one's result is unknown."}),
		inbound:   counterVec("tollgate_mobile_originated_total", "Messages from handsets, by the keyword that they are.", "keyword"),
		optOuts:   counterVec("tollgate_opt_outs_total", "Opt-outs set (out) and lifted (in), per tenant concerned.", "change"),
		feedback:  counterVec("tollgate_feedback_total", "What tenants said of decisions afterwards, by what was decided.", "label", "decision"),
	}
	m.unkept = prometheus.NewCounter(prometheus.CounterOpts{Name: "tollgate_decisions_unkept_total", Help: "Decisions of refused sends that were not stored: there were too many, or the store failed."})
	reg.MustRegister(m.accept, m.decision, m.fence, m.queueWait, m.receipt, m.delivery, m.verify, m.messages, m.decisions,
		m.refusals, m.unmatched, m.freezes, m.locks, m.fences, m.checks, m.failovers, m.repeats, m.inbound, m.optOuts, m.feedback, m.unkept)
	m.begin()
	return m
}

// begin makes the closed sets exist at zero: a rate sees no increase in a
// counter that first appears with its first event.
func (m *Metrics) begin() {
	each := func(v *prometheus.CounterVec, labels ...string) {
		for _, l := range labels {
			v.WithLabelValues(l)
		}
	}
	each(m.fences, fenceSame, fenceChanged, fenceUnknown, fenceFresh, fenceNotAsked)
	for s := store.Accepted; s <= store.Canceled; s++ {
		if s != store.Queued { // not counted: a message may be queued many times
			m.reached[s] = m.messages.WithLabelValues(s.String())
		}
	}
	each(m.messages, "approved", "mobile_originated")
	each(m.inbound, string(keywordStop), string(keywordStart), string(keywordHelp), string(keywordNone))
	each(m.optOuts, "out", "in")
	for s := store.ChallengePending; s <= store.ChallengeCanceled; s++ {
		m.checks.WithLabelValues(s.String())
	}
	for _, c := range []Code{CodeCooldown, CodeFrozen, CodeLocked, CodeAlreadyUsed, CodeNotFound} {
		m.checks.WithLabelValues(string(c))
	}
	for _, c := range []Code{
		CodeInvalidRequest, CodeInvalidNumber, CodeUnsupportedRegion, CodeUnsupportedCarrier, CodeUnknownTemplate, CodeTextTooLong,
		CodeTextNotEncodable, CodeBlocked, CodeStepUp, CodeReview, CodeOptedOut, CodeFrozen, CodeLocked, CodeCooldown, CodeRateLimited, CodeOverloaded,
	} {
		m.refusals.WithLabelValues(string(c))
	}
	m.notFenced = m.fences.WithLabelValues(fenceNotAsked)
	m.plain = map[fraud.Kind]prometheus.Counter{}
	for _, k := range []fraud.Kind{fraud.Allow, fraud.StepUp, fraud.Review, fraud.Block} {
		m.feedback.WithLabelValues("legit", string(k))
		m.feedback.WithLabelValues("fraud", string(k))
		m.plain[k] = m.decisions.WithLabelValues(string(k), "")
		for _, signal := range fraud.Signals() {
			m.decisions.WithLabelValues(string(k), signal.Code)
		}
	}
}

// laneMetrics are what each message of a carrier counts in, looked up once.
type laneMetrics struct{ queueWait, delivered, delivery prometheus.Observer }

// lane makes the metrics of one carrier exist at zero.
func (m *Metrics) lane(carrier string) laneMetrics {
	m.unmatched.WithLabelValues(carrier)
	m.failovers.WithLabelValues(carrier)
	return laneMetrics{
		queueWait: m.queueWait.WithLabelValues(carrier),
		delivered: m.receipt.WithLabelValues(carrier, receipt.Delivered.String()),
		delivery:  m.delivery.WithLabelValues(carrier),
	}
}

func counterVec(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// decided counts a decision under each of its reasons.
func (m *Metrics) decided(d *fraud.Decision) {
	kind := string(d.Shown())
	if c := m.plain[d.Shown()]; c != nil && len(d.Reasons) == 0 {
		c.Inc()
	}
	for _, r := range d.Reasons {
		m.decisions.WithLabelValues(kind, r.Code).Inc()
	}
}

// queueCollector reports every lane's queue at the moment of the scrape.
type queueCollector struct {
	depth, oldest, open, backlog, listing, paged, late *prometheus.Desc
	d                                                  *Dispatcher
}

func newQueueCollector(d *Dispatcher) *queueCollector {
	return &queueCollector{
		depth:   prometheus.NewDesc("tollgate_queue_depth", "Messages that wait for a carrier.", []string{"carrier"}, nil),
		oldest:  prometheus.NewDesc("tollgate_queue_oldest_seconds", "Age of the oldest waiting message.", []string{"carrier"}, nil),
		backlog: prometheus.NewDesc("tollgate_recovery_backlog", "Messages that a former run left, listed and not read again yet.", nil, nil),
		listing: prometheus.NewDesc("tollgate_recovery_listing", "1 while what a former run left is being listed: what is not on the list yet is in no count.", nil, nil),
		paged:   prometheus.NewDesc("tollgate_messages_paged", "Open messages of which only ID and deadline are in memory.", nil, nil),
		late:    prometheus.NewDesc("tollgate_receipts_late", "Delivery receipts that wait for their message to be read from disk.", nil, nil),
		open:    prometheus.NewDesc("tollgate_messages_open", "Accepted messages without a terminal state.", nil, nil),
		d:       d,
	}
}

func (c *queueCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.depth
	ch <- c.oldest
	ch <- c.open
	ch <- c.backlog
	ch <- c.listing
	ch <- c.paged
	ch <- c.late
}

func (c *queueCollector) Collect(ch chan<- prometheus.Metric) {
	now := c.d.now()
	for name, l := range c.d.lanes {
		depth, since := l.queue.stats()
		age := 0.0
		if !since.IsZero() {
			age = max(0, now.Sub(since).Seconds())
		}
		ch <- prometheus.MustNewConstMetric(c.depth, prometheus.GaugeValue, float64(depth), name)
		ch <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, age, name)
	}
	paged := c.d.pagedOut()
	ch <- prometheus.MustNewConstMetric(c.paged, prometheus.GaugeValue, float64(paged))
	ch <- prometheus.MustNewConstMetric(c.open, prometheus.GaugeValue, float64(c.d.flights.len()+paged))
	ch <- prometheus.MustNewConstMetric(c.late, prometheus.GaugeValue, float64(len(c.d.late)))
	ch <- prometheus.MustNewConstMetric(c.backlog, prometheus.GaugeValue, float64(c.d.recovery.len()))
	listing := 0.0
	if c.d.recovery.listing.Load() {
		listing = 1
	}
	ch <- prometheus.MustNewConstMetric(c.listing, prometheus.GaugeValue, listing)
}
