package main

import (
	"context"
	"math"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMetrics plays a load that touches everything, and looks at /metrics
// behind it. Where there is a Prometheus it scrapes meanwhile, and is asked
// every expression that we ship.
func TestMetrics(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	rig := newLoadRig(t)
	target := strings.TrimPrefix(rig.ops, "http://")
	var classic, native *promServer
	if _, err := exec.LookPath("prometheus"); err == nil {
		classic = startPrometheus(ctx, t, target)
		native = startPrometheus(ctx, t, target, "--enable-feature=native-histograms,exemplar-storage")
	}
	rig.start(t)
	scraped := func() {
		since := time.Now()
		for _, p := range []*promServer{classic, native} {
			if p != nil {
				p.await(ctx, t, "the gateway was scraped", func() bool { return p.scrapedSince(since) })
			}
		}
	}
	scraped()
	began := time.Now()
	families := underLoad(ctx, t, rig, scraped)
	t.Logf("the load took %v", time.Since(began).Round(time.Millisecond))

	t.Run("contract", func(t *testing.T) { checkContract(t, families) })
	t.Run("histograms", func(t *testing.T) { checkHistograms(t, families) })
	t.Run("labels", func(t *testing.T) { checkLabelValues(t, families) })
	t.Run("exemplars", func(t *testing.T) { checkExemplars(t, rig.ops, rig.sampled) })
	t.Run("names", func(t *testing.T) { checkNames(t, readDashboard(t), readRules(t), families) })
	t.Run("lint", func(t *testing.T) { lintExposition(t, rig.ops) })
	t.Run("prometheus", func(t *testing.T) {
		needProgram(t, "prometheus")
		t.Run("dashboard", func(t *testing.T) { checkDashboardData(t, classic, readDashboard(t), began) })
		t.Run("rules", func(t *testing.T) { checkRulesData(t, classic, readRules(t)) })
		t.Run("native", func(t *testing.T) { checkNativeData(t, native, rig, began) })
	})
}

// underLoad plays the load while people log in, until Prometheus has seen it.
func underLoad(ctx context.Context, t *testing.T, rig *loadRig, scraped func()) promFamilies {
	ctx, cancel := context.WithCancel(ctx)
	var people sync.WaitGroup
	defer people.Wait()
	defer cancel()
	people.Go(func() { rig.steady(ctx, t) })
	families := rig.play(ctx, t, scraped)
	scraped()
	return families
}

// scrapedSince says that a good scrape, not the first, and an evaluation of the
// rules came after a time.
func (p *promServer) scrapedSince(at time.Time) bool {
	good, err := p.instant(`sum_over_time(up[30s])`)
	if err != nil || len(good) == 0 || good[0].values[0] < 2 {
		return false
	}
	last, err := p.instant(`max_over_time((timestamp(up) and up == 1)[30s:500ms])`)
	if err != nil || len(last) == 0 {
		return false
	}
	p.seen = time.UnixMilli(int64(math.Round(last[0].values[0] * 1000)))
	return p.seen.After(at.Add(time.Second))
}

// checkNames holds every metric and label that is shipped in an expression
// against what the gateway exposes.
func checkNames(t *testing.T, board *grafanaBoard, rules []promRule, families promFamilies) {
	series := families.series()
	for _, r := range rules {
		if r.Record != "" {
			series[r.Record] = nil
		}
	}
	check := func(where, expr string) {
		var labels []string
		e := parsePromExpr(expr)
		for _, s := range e.selectors {
			have, ok := series[s.metric]
			if !ok {
				t.Errorf("%s: there is no metric %s", where, s.metric)
			}
			labels = append(labels, have...)
			for _, l := range s.labels {
				if ok && !slices.Contains(have, l) {
					t.Errorf("%s: %s has no label %s", where, s.metric, l)
				}
			}
		}
		for _, l := range e.grouping {
			if !slices.Contains(labels, l) {
				t.Errorf("%s: no metric of %s has the label %s", where, expr, l)
			}
		}
	}
	for _, r := range rules {
		check("rule "+r.Record+r.Alert, r.Expr)
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			check("panel "+p.Title, interpolate(target.Expr, rateInterval, ".*"))
		}
	}
}
