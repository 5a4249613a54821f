package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// Expositions that /metrics is asked for.
const (
	textExposition        = "text/plain; version=0.0.4"
	openMetricsExposition = "application/openmetrics-text; version=1.0.0"
	protobufExposition    = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
)

// promFamilies are the metrics of one scrape by name.
type promFamilies map[string]*dto.MetricFamily

func scrape(ops, exposition string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, ops+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", exposition)
	resp, err := promQueryHTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	media, _, _ := strings.Cut(exposition, ";")
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(got, media) {
		return nil, fmt.Errorf("/metrics answered %s with %q, want %q", resp.Status, got, media)
	}
	return io.ReadAll(resp.Body)
}

// scrapeFamilies reads /metrics in the one form that has native histograms.
func scrapeFamilies(ops string) (promFamilies, error) {
	body, err := scrape(ops, protobufExposition)
	if err != nil {
		return nil, err
	}
	families := promFamilies{}
	decoder := expfmt.NewDecoder(bytes.NewReader(body), expfmt.NewFormat(expfmt.TypeProtoDelim))
	for {
		f := &dto.MetricFamily{}
		if err := decoder.Decode(f); errors.Is(err, io.EOF) {
			return families, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading /metrics: %w", err)
		}
		families[f.GetName()] = f
	}
}

// count sums the counters, or the counts of the histograms, that have a label
// with one of the values; without values all of them.
func (f promFamilies) count(name string, values ...string) (sum float64) {
	for _, m := range f[name].GetMetric() {
		has := len(values) == 0
		for _, l := range m.Label {
			has = has || slices.Contains(values, l.GetValue())
		}
		if has {
			sum += m.Counter.GetValue() + m.Gauge.GetValue() + float64(m.Histogram.GetSampleCount())
		}
	}
	return sum
}

// series are the names that queries can use, each with its labels.
func (f promFamilies) series() map[string][]string {
	all := map[string][]string{}
	for name, family := range f {
		var labels []string
		for _, m := range family.Metric {
			for _, l := range m.Label {
				if !slices.Contains(labels, l.GetName()) {
					labels = append(labels, l.GetName())
				}
			}
		}
		labels = append(labels, "job", "instance")
		switch family.GetType() {
		case dto.MetricType_HISTOGRAM:
			all[name+"_bucket"] = append(slices.Clone(labels), "le")
			all[name+"_sum"], all[name+"_count"] = labels, labels
		case dto.MetricType_SUMMARY:
			all[name] = append(slices.Clone(labels), "quantile")
			all[name+"_sum"], all[name+"_count"] = labels, labels
		default:
			all[name] = labels
		}
	}
	return all
}

func (f promFamilies) has(name, value string) bool {
	for _, m := range f[name].GetMetric() {
		for _, l := range m.Label {
			if l.GetValue() == value {
				return true
			}
		}
	}
	return false
}
