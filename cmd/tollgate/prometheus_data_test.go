package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// idle are the expressions whose result stays zero in a run without a mishap
// of the disk, with the reason of each.
var idle = map[string]string{
	`tollgate_http_requests_in_flight`:                                                              "no request lasts until a scrape looks",
	`increase(tollgate_store_stalls_total[1h])`:                                                     "a small store never waits for a compaction",
	`increase(tollgate_store_background_errors_total[1h])`:                                          "the disk does not fail",
	`sum by (carrier) (rate(tollgate_submit_repeats_total{carrier=~"$carrier"}[$__rate_interval]))`: "no link breaks with submits unanswered",
}

// rateInterval is Grafana's own $__rate_interval for a data source whose scrape
// interval nobody has set: four times 15 s.
const rateInterval = "1m"

// checkDashboardData draws every panel as Grafana does, with all carriers and
// with two chosen ones.
func checkDashboardData(t *testing.T, p *promServer, board *grafanaBoard, began time.Time) {
	all := ""
	for _, v := range board.Templating.List {
		if v.Name == "carrier" {
			all = v.AllValue
		}
	}
	var carriers []string
	if err := p.api("/api/v1/label/carrier/values", url.Values{"match[]": {"tollgate_bind_up"}}, &carriers); err != nil || len(carriers) != len(loadCarriers) {
		t.Errorf("the variable carrier offers %q, %v", carriers, err)
	}
	to := time.Now()
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			choices := []string{all}
			if strings.Contains(target.Expr, "$carrier") {
				choices = append(choices, "(busy|spare|shut)")
			}
			for _, carrier := range choices {
				expr := interpolate(target.Expr, rateInterval, carrier)
				got, err := p.between(expr, began, to)
				checkFigures(t, panel.Title+" "+target.RefID, expr, got, err, legendLabels(target.Legend))
				if _, living := promFigures(got); living == 0 && idle[target.Expr] == "" {
					t.Errorf("%s %s: nothing but zero from %s", panel.Title, target.RefID, expr)
				}
			}
		}
	}
}

// checkFigures wants numbers, with the labels that are printed beside them.
func checkFigures(t *testing.T, where, expr string, got []promSeries, err error, labels []string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %s: %v", where, expr, err)
		return
	}
	if numbers, _ := promFigures(got); numbers == 0 {
		t.Errorf("%s: no data from %s", where, expr)
	}
	for _, l := range labels {
		for _, s := range got {
			if _, ok := s.labels[l]; !ok {
				t.Errorf("%s: the label %s that is printed is none of %v", where, l, s.labels)
				break
			}
		}
	}
}

var annotationLabel = regexp.MustCompile(`\$labels\.(\w+)`)

// checkRulesData asks what each rule is made of, and how the rules fared.
func checkRulesData(t *testing.T, p *promServer, rules []promRule) {
	for _, r := range rules {
		if _, err := p.settled(r.Expr); err != nil {
			t.Errorf("rule %s%s: %v", r.Record, r.Alert, err)
		}
		if r.Record != "" {
			for _, expr := range []string{r.Expr, r.Record} {
				got, err := p.settled(expr)
				checkFigures(t, "rule "+r.Record, expr, got, err, nil)
			}
			continue
		}
		var labels []string
		for _, a := range r.Annotations {
			for _, m := range annotationLabel.FindAllStringSubmatch(a, -1) {
				labels = append(labels, m[1])
			}
		}
		for i, expr := range promOperands(r.Expr) {
			got, err := p.settled(expr)
			if i > 0 {
				labels = nil // the result has those of the left side
			}
			checkFigures(t, "alert "+r.Alert, expr, got, err, labels)
		}
	}
	checkRuleHealth(t, p, len(rules))
}

// checkRuleHealth asks Prometheus how it fared with our rules itself.
func checkRuleHealth(t *testing.T, p *promServer, want int) {
	var state struct {
		Groups []struct {
			Rules []struct{ Name, Health, LastError string }
		}
	}
	if err := p.api("/api/v1/rules", nil, &state); err != nil {
		t.Fatal(err)
	}
	evaluated := 0
	for _, g := range state.Groups {
		for _, r := range g.Rules {
			evaluated++
			if r.Health != "ok" {
				t.Errorf("rule %s: health %s %s", r.Name, r.Health, r.LastError)
			}
		}
	}
	if evaluated != want {
		t.Errorf("prometheus evaluated %d rules of %d", evaluated, want)
	}
}

// checkNativeData asks a Prometheus with native histograms for each of them.
// It has no classic buckets then, so dashboard and rules are not asked.
func checkNativeData(t *testing.T, p *promServer, rig *loadRig, began time.Time) {
	for _, m := range promContract {
		if !strings.HasSuffix(m.name, "_seconds") || !strings.Contains(m.kind.String(), "HISTOGRAM") {
			continue
		}
		for _, expr := range []string{
			"histogram_quantile(0.99, sum(rate(" + m.name + "[1m])))",
			"histogram_count(sum(rate(" + m.name + "[1m])))",
		} {
			got, err := p.settled(expr)
			checkFigures(t, "native "+m.name, expr, got, err, nil)
			if _, living := promFigures(got); living == 0 {
				t.Errorf("nothing but zero from %s", expr)
			}
		}
	}
	var exemplars []struct {
		Exemplars []struct{ Labels map[string]string }
	}
	params := url.Values{"query": {"tollgate_http_request_duration_seconds"}, "start": {began.UTC().Format(time.RFC3339)}, "end": {time.Now().UTC().Format(time.RFC3339)}}
	if err := p.api("/api/v1/query_exemplars", params, &exemplars); err != nil || len(exemplars) == 0 {
		t.Fatalf("prometheus keeps no exemplar: %v", err)
	}
	for _, s := range exemplars {
		for _, e := range s.Exemplars {
			if !rig.sampled(e.Labels["trace_id"]) {
				t.Errorf("the exemplar %v names no trace that was sampled", e.Labels)
			}
		}
	}
}
