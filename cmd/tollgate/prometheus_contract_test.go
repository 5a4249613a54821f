package main

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// promContract is every metric that the outside relies on, with its labels.
// More may be added; these stay.
var promContract = []struct {
	name   string
	kind   dto.MetricType
	labels []string
}{
	{"tollgate_http_request_duration_seconds", dto.MetricType_HISTOGRAM, []string{"code", "route"}},
	{"tollgate_accept_duration_seconds", dto.MetricType_HISTOGRAM, nil},
	{"tollgate_lookup_duration_seconds", dto.MetricType_HISTOGRAM, []string{"provider", "result"}},
	{"tollgate_decision_duration_seconds", dto.MetricType_HISTOGRAM, nil},
	{"tollgate_fence_duration_seconds", dto.MetricType_HISTOGRAM, nil},
	{"tollgate_commit_duration_seconds", dto.MetricType_HISTOGRAM, nil},
	{"tollgate_queue_wait_seconds", dto.MetricType_HISTOGRAM, []string{"carrier"}},
	{"tollgate_submit_duration_seconds", dto.MetricType_HISTOGRAM, []string{"carrier", "command_status"}},
	{"tollgate_receipt_duration_seconds", dto.MetricType_HISTOGRAM, []string{"carrier", "state"}},
	{"tollgate_delivery_duration_seconds", dto.MetricType_HISTOGRAM, []string{"carrier"}},
	{"tollgate_verify_duration_seconds", dto.MetricType_HISTOGRAM, nil},
	{"tollgate_messages_total", dto.MetricType_COUNTER, []string{"status"}},
	{"tollgate_decisions_total", dto.MetricType_COUNTER, []string{"decision", "reason"}},
	{"tollgate_bind_up", dto.MetricType_GAUGE, []string{"carrier", "link"}},
	{"tollgate_window_used", dto.MetricType_GAUGE, []string{"carrier", "link"}},
	{"tollgate_window_size", dto.MetricType_GAUGE, []string{"carrier", "link"}},
	{"tollgate_throttled_total", dto.MetricType_COUNTER, []string{"carrier"}},
	{"tollgate_queue_depth", dto.MetricType_GAUGE, []string{"carrier"}},
	{"tollgate_queue_oldest_seconds", dto.MetricType_GAUGE, []string{"carrier"}},
	{"tollgate_receipts_unmatched_total", dto.MetricType_COUNTER, []string{"carrier"}},
	{"tollgate_lookup_cache_total", dto.MetricType_COUNTER, []string{"result"}},
	{"tollgate_freezes_total", dto.MetricType_COUNTER, nil},
	{"tollgate_fence_total", dto.MetricType_COUNTER, []string{"result"}},
	{"tollgate_webhooks_total", dto.MetricType_COUNTER, []string{"result"}},
	{"tollgate_config_reload_success", dto.MetricType_GAUGE, nil},
}

func checkContract(t *testing.T, families promFamilies) {
	for _, want := range promContract {
		f := families[want.name]
		if f == nil || f.GetType() != want.kind {
			t.Errorf("%s is missing, or a %v and not a %v", want.name, f.GetType(), want.kind)
			continue
		}
		for _, m := range f.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetName())
			}
			if slices.Sort(labels); !slices.Equal(labels, want.labels) {
				t.Errorf("%s has the labels %q, want %q", want.name, labels, want.labels)
				break
			}
		}
	}
}

// checkHistograms holds both forms against each other.
func checkHistograms(t *testing.T, families promFamilies) {
	for _, name := range slices.Sorted(maps.Keys(families)) {
		f := families[name]
		if f.GetType() != dto.MetricType_HISTOGRAM || !strings.HasPrefix(name, "tollgate_") {
			continue
		}
		var counted uint64
		for _, m := range f.Metric {
			h := m.Histogram
			if len(h.Bucket) < 5 {
				t.Errorf("%s has %d classic buckets", name, len(h.Bucket))
			}
			if h.Schema == nil || h.ZeroThreshold == nil {
				t.Errorf("%s has no native histogram", name)
			}
			native := int64(h.GetZeroCount())
			at := int64(0)
			for _, delta := range h.PositiveDelta {
				at += delta
				native += at
			}
			if native != int64(h.GetSampleCount()) {
				t.Errorf("%s: the native buckets hold %d of %d", name, native, h.GetSampleCount())
			}
			counted += h.GetSampleCount()
		}
		if counted == 0 && name != "tollgate_enquire_link_rtt_seconds" { // no link is silent for long enough
			t.Errorf("%s saw nothing of the load", name)
		}
	}
}

var personal = regexp.MustCompile(`[0-9]{6,}|^(otp|msg|rev|req)_`)

// checkLabelValues finds what no closed set has: numbers, codes, ids.
func checkLabelValues(t *testing.T, families promFamilies) {
	for name, f := range families {
		if len(f.Metric) > 400 {
			t.Errorf("%s has %d series: is a label no closed set?", name, len(f.Metric))
		}
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if personal.MatchString(l.GetValue()) && strings.HasPrefix(name, "tollgate_") {
					t.Errorf("%s: the label %s=%q looks like a number or an id", name, l.GetName(), l.GetValue())
				}
			}
		}
	}
}

var exemplar = regexp.MustCompile(`(?m)^tollgate_http_request_duration_seconds_bucket\{.*route="/v1/otp/send".*\} \S+ # \{trace_id="([0-9a-f]{32})"\} \S+`)

// checkExemplars wants the ids of traces that the callers sampled.
func checkExemplars(t *testing.T, ops string, sampled func(trace string) bool) {
	body, err := scrape(ops, openMetricsExposition)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(body, []byte("# EOF\n")) {
		t.Error("the OpenMetrics exposition has no end")
	}
	found := exemplar.FindAllSubmatch(body, -1)
	if len(found) == 0 {
		t.Error("no bucket of /v1/otp/send has an exemplar")
	}
	for _, m := range found {
		if !sampled(string(m[1])) {
			t.Errorf("the exemplar's trace %s was not sampled by any caller", m[1])
		}
	}
}

// TestMetricsFromTheStart: what rules divide by, and what starts at zero, is
// there before the first request.
func TestMetricsFromTheStart(t *testing.T) {
	rig := newLoadRig(t)
	rig.start(t)
	families, err := rig.families(t.Context(), 10*time.Second, func(promFamilies) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range promContract {
		// These are told apart by what happens, and cannot be known before.
		lazy := slices.Contains([]string{"tollgate_http_request_duration_seconds", "tollgate_receipt_duration_seconds"}, want.name)
		if !lazy && len(families[want.name].GetMetric()) == 0 {
			t.Errorf("%s does not exist before the first request", want.name)
		}
	}
	for name, values := range map[string][]string{
		"tollgate_messages_total":          {"accepted", "submitted", "delivered", "undelivered", "expired", "rejected", "unknown", "canceled", "approved"},
		"tollgate_decisions_total":         {"allow", "step_up", "review", "block"},
		"tollgate_refusals_total":          {"overloaded", "blocked", "frozen", "locked", "cooldown"},
		"tollgate_fence_total":             {"same", "changed", "unknown", "fresh", "not_asked"},
		"tollgate_webhooks_total":          {"delivered", "retried", "gave_up"},
		"tollgate_lookup_duration_seconds": {"ok", "absent", "not_covered", "timeout", "error"},
	} {
		for _, v := range values {
			if !families.has(name, v) {
				t.Errorf("%s does not exist for %q before the first request", name, v)
			}
		}
	}
}
