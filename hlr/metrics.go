package hlr

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// How a lookup ended.
const (
	resultOK         = "ok"
	resultAbsent     = "absent"
	resultNotCovered = "not_covered"
	resultTimeout    = "timeout"
	resultError      = "error"
	resultOpen       = "open"
	resultOverloaded = "overloaded"
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
	for _, r := range []string{cacheHit, cacheMiss, cacheStale, cacheJoined} {
		m.cache[r] = cache.WithLabelValues(r)
	}
	reg.MustRegister(lookups, cache)
	return m
}

// provider makes a provider's results exist at zero: a rate sees no increase
// in a counter that first appears with its first event.
func (m *metrics) provider(name string) {
	for _, r := range []string{resultOK, resultAbsent, resultNotCovered, resultTimeout, resultError, resultOpen, resultOverloaded} {
		m.lookups.WithLabelValues(name, r)
	}
}

func (m *metrics) lookup(provider, result string, took time.Duration) {
	m.lookups.WithLabelValues(provider, result).Observe(took.Seconds())
}
