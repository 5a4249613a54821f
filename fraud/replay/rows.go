package replay

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// row is one figure of a report, for a person.
type row struct {
	name  string
	value string
	v     float64 // to compare by; 0 where there is none
	told  bool
}

// section is a table of figures.
type section struct {
	title string
	rows  []row
}

func count(name string, n int64) row {
	return row{name, strconv.FormatInt(n, 10), float64(n), true}
}

// figure is a number with four decimals.
func figure(name string, v *float64) row {
	if v == nil {
		return row{name: name, value: "-"}
	}
	return row{name, fmt.Sprintf("%.4f", *v), *v, true}
}

func percent(name string, v *float64) row {
	if v == nil {
		return row{name: name, value: "-"}
	}
	return row{name, percentage(*v), *v, true}
}

func percentage(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(100*v, 'f', 2, 64), ".00") + " %"
}

func usd(name string, v float64) row {
	return row{name, fmt.Sprintf("%.2f USD", v), v, true}
}

func plain(name string, v float64) row {
	return row{name, strconv.FormatFloat(v, 'f', -1, 64), v, true}
}

// sections are the figures that every report has, in the same order, so that
// two can stand side by side.
func (r *Report) sections() []section {
	all := []section{r.decisionRows()}
	if r.Sends.Labelled > 0 {
		all = append(all, r.detectionRows(), r.campaignRows())
	}
	return append(all, r.costRows())
}

func (r *Report) decisionRows() section {
	s := section{title: "decisions"}
	for _, k := range kindsOfDecision {
		s.rows = append(s.rows, count(string(k), r.Decisions[k]))
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Rules)) {
		s.rows = append(s.rows, count("by rule "+rule, r.Rules[rule]))
	}
	return s
}

func (r *Report) detectionRows() section {
	return section{"detection", []row{
		figure("ROC AUC", r.AUC),
		percent("recall at 0.1 % false positives", r.Recall01), percent("recall at 1 % false positives", r.Recall1),
		figure("score at 0.1 % false positives", r.Threshold01), figure("score at 1 % false positives", r.Threshold1),
		percent("attacks refused", r.AttackRefused), percent("people refused", r.BenignRefused),
		figure("calibration error", r.Calibration),
	}}
}

func (r *Report) campaignRows() section {
	c := &r.Campaigns
	return section{"campaigns", []row{
		count("campaigns", int64(c.Campaigns)), count("stopped (ten refusals in a row)", int64(c.Stopped)),
		plain("allowed before that, median", c.Median), plain("allowed before that, 95th percentile", c.P95),
	}}
}

func (r *Report) costRows() section {
	c := &r.Cost
	saved := "saved (attacks refused)"
	if r.Sends.Labelled == 0 {
		saved = "saved (all refused)"
	}
	return section{"cost", []row{
		count("messages offered", c.Offered), count("messages refused", c.Refused), count("messages saved", c.Saved),
		usd("offered", c.USDOffered), usd("refused", c.USDRefused), usd(saved, c.USDSaved),
		usd("lost to attacks", c.USDLost), usd("people's messages refused", c.USDBenignRefused),
	}}
}
