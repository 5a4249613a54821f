package controls

import "github.com/prometheus/client_golang/prometheus"

// metrics of the controls. Labels are closed sets: caps are those of the
// configuration.
type metrics struct {
	rangeBlocks *prometheus.CounterVec
	explored    *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer, c *Controls) *metrics {
	m := &metrics{
		rangeBlocks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tollgate_range_blocks_total", Help: "Number ranges blocked for a time (opened), and blocks that an operator ended (lifted).",
		}, []string{"change"}),
		explored: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tollgate_explored_total", Help: "Would-be blocks let through as step_up by lot (opened), and those of them that then proved themselves (passed).",
		}, []string{"outcome"}),
	}
	for _, l := range []string{"opened", "lifted"} {
		m.rangeBlocks.WithLabelValues(l)
	}
	for _, l := range []string{"opened", "passed"} {
		m.explored.WithLabelValues(l)
	}
	if reg != nil {
		reg.MustRegister(m.rangeBlocks, m.explored, newCollector(c))
	}
	return m
}

// collector reports the state at the moment of the scrape.
type collector struct {
	blocked, listed, spent *prometheus.Desc
	c                      *Controls
}

func newCollector(c *Controls) *collector {
	return &collector{
		blocked: prometheus.NewDesc("tollgate_range_blocks", "Number ranges that are blocked now.", nil, nil),
		listed:  prometheus.NewDesc("tollgate_list_entries", "Entries of safe and block lists, from files and by administration.", []string{"from"}, nil),
		spent:   prometheus.NewDesc("tollgate_spend_used_ratio", "Share of a spend cap that is used, of the fullest where it counts several apart.", []string{"cap", "window"}, nil),
		c:       c,
	}
}

func (x *collector) Describe(ch chan<- *prometheus.Desc) {
	ch <- x.blocked
	ch <- x.listed
	ch <- x.spent
}

func (x *collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	now := x.c.cfg.Now()
	gauge(x.blocked, float64(x.c.Ranges.Count(now)))
	gauge(x.listed, float64(x.c.Lists.files.Load().Len()), "file")
	gauge(x.listed, float64(x.c.Lists.own.Load().Len()), "admin")
	full := map[[2]string]float64{}
	for _, u := range x.c.Spend.Used(now) {
		if u.HourCap > 0 {
			k := [2]string{u.Cap, "hour"}
			full[k] = max(full[k], float64(u.Hour)/float64(u.HourCap))
		}
		if u.DayCap > 0 {
			k := [2]string{u.Cap, "day"}
			full[k] = max(full[k], float64(u.Day)/float64(u.DayCap))
		}
	}
	for k, v := range full {
		gauge(x.spent, v, k[0], k[1])
	}
}
