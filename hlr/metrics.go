package hlr

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// How a lookup ended.
const (
	resultOK          = "ok"
	resultAbsent      = "absent"
	resultNotCovered  = "not_covered"
	resultTimeout     = "timeout"
	resultError       = "error"
	resultThrottled   = "throttled" // the far end asked to slow down
	resultOpen        = "open"      // these were not made at all
	resultOverloaded  = "overloaded"
	resultRateLimited = "rate_limited"
)

// What the cache had for a provider's facts.
const (
	cacheHit    = "hit"
	cacheMiss   = "miss"
	cacheStale  = "stale"  // it had them, too old
	cacheJoined = "joined" // a lookup was on its way
)

type metrics struct {
	lookups *prometheus.HistogramVec
	costs   *prometheus.CounterVec
	hedges  *prometheus.CounterVec
	cache   map[string]prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	lookups := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:                           "tollgate_lookup_duration_seconds",
		Help:                           "Time of one lookup of a subscriber at a provider, by how it ended.",
		Buckets:                        []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .15, .25, .5, 1, 2.5},
		NativeHistogramBucketFactor:    1.1,
		NativeHistogramMaxBucketNumber: 160,
	}, []string{"provider", "result"})
	cache := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tollgate_lookup_cache_total",
		Help: "What the cache had when a provider's facts were needed.",
	}, []string{"result"})
	m := &metrics{lookups: lookups, cache: map[string]prometheus.Counter{}}
	m.costs = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tollgate_lookup_cost_total",
		Help: "What lookups at a provider have cost, by its configured price.",
	}, []string{"provider"})
	m.hedges = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tollgate_lookup_hedges_total",
		Help: "Lookups made a second time because the first took longer than 95 % of those before it.",
	}, []string{"provider"})
	for _, r := range []string{cacheHit, cacheMiss, cacheStale, cacheJoined} {
		m.cache[r] = cache.WithLabelValues(r)
	}
	reg.MustRegister(lookups, cache, m.costs, m.hedges)
	return m
}

// provider makes a provider's results exist at zero: a rate sees no increase
// in a counter that first appears with its first event.
func (m *metrics) provider(name string) {
	for _, r := range []string{resultOK, resultAbsent, resultNotCovered, resultTimeout, resultError,
		resultThrottled, resultOpen, resultOverloaded, resultRateLimited} {
		m.lookups.WithLabelValues(name, r)
	}
	m.costs.WithLabelValues(name)
	m.hedges.WithLabelValues(name)
}

func (m *metrics) lookup(provider, result string, took time.Duration) {
	m.lookups.WithLabelValues(provider, result).Observe(took.Seconds())
}

func (m *metrics) cost(s *source) {
	if s.price > 0 {
		m.costs.WithLabelValues(s.name).Add(s.price)
	}
}
