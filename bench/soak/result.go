package soak

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/send"
	"tollgate/bench/stat"
)

// Result is what a soak saw.
type Result struct {
	At       time.Time         `json:"at"`
	Seconds  float64           `json:"seconds"`
	Rate     float64           `json:"rate"`
	Sends    send.Counts       `json:"sends"`
	Errors   map[string]uint64 `json:"errors"`
	HTTP     stat.Latency      `json:"http"`
	ToSMSC   stat.Latency      `json:"to_smsc"`
	Samples  []Sample          `json:"samples"`
	Trends   []Trend           `json:"trends"`
	Failures []string          `json:"failures"`
	Note     string            `json:"note,omitempty"`

	Total *send.Tally `json:"-"`
}

// err is what was found, nil for nothing.
func (r *Result) err() error {
	if len(r.Failures) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrFailed, strings.Join(r.Failures, "; "))
}

func (r *Result) write(out io.Writer, asJSON bool) error {
	r.Sends, r.Errors, r.HTTP = r.Total.Counts, r.Total.Errors, r.Total.HTTP.Summary()
	if r.Total.ToSMSC != nil {
		r.ToSMSC = r.Total.ToSMSC.Summary()
	}
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(out, "%.0f s at %.0f/s: accepted %d, failed %d, missing %d, duplicates %d\n", r.Seconds, r.Rate, r.Sends.Accepted, r.Sends.Failed, r.Total.Missing(), r.Sends.Duplicates)
	fmt.Fprintf(out, "  HTTP            %v\n  HTTP -> SMSC    %v\n", r.HTTP, r.ToSMSC)
	if r.Sends.ReceiptsDropped > 0 {
		fmt.Fprintf(out, "  receipts dropped %d\n", r.Sends.ReceiptsDropped)
	}
	if r.Note != "" {
		fmt.Fprintln(out, r.Note)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range r.table() {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(r.Failures) == 0 {
		fmt.Fprintln(out, r.verdict())
	}
	return nil
}

// verdict is what a run that did not fail has shown, and no more.
func (r *Result) verdict() string {
	var unjudged []string
	for _, t := range r.Trends {
		if t.Bound == 0 {
			name, _, _ := strings.Cut(t.Name, ",")
			unjudged = append(unjudged, name)
		}
	}
	switch len(unjudged) {
	case len(r.Trends):
		return "nothing was lost; trends were not judged"
	case 0:
		return "nothing leaks, drifts or was lost"
	}
	return "nothing was lost, and nothing else grows; not judged: " + strings.Join(unjudged, ", ")
}

func (r *Result) table() [][]string {
	if len(r.Trends) == 0 {
		return nil
	}
	rows := [][]string{{"after the first quarter", "from", "grew by", "may grow by"}}
	for _, t := range r.Trends {
		bound := "not judged"
		if t.Bound > 0 {
			bound = fmt.Sprintf("%.1f", t.Bound)
		}
		rows = append(rows, []string{t.Name, fmt.Sprintf("%.1f", t.From), fmt.Sprintf("%+.1f", t.Growth), bound})
	}
	return rows
}

func (r *Result) page() *plot.Page {
	p := &plot.Page{Title: "tollgate bench soak", Subtitle: fmt.Sprintf("%s, %.0f s at %.0f/s", r.At.Format("2006-01-02 15:04"), r.Seconds, r.Rate)}
	verdict := plot.Tile{Label: "verdict", Value: "passed", Note: r.verdict()}
	if len(r.Failures) > 0 {
		verdict.Value, verdict.Note = "failed", strings.Join(r.Failures, "; ")
	}
	p.Tiles(verdict,
		plot.Tile{Label: "accepted", Value: fmt.Sprint(r.Sends.Accepted), Note: fmt.Sprintf("%d failed, %d missing", r.Sends.Failed, r.Total.Missing())},
		plot.Tile{Label: "HTTP to SMSC p50 / p99", Value: fmt.Sprintf("%.2f / %.2f ms", r.ToSMSC.P50, r.ToSMSC.P99), Note: fmt.Sprintf("max %.0f ms", r.ToSMSC.Max)})
	if rows := r.table(); rows != nil {
		p.Table("Trends", "By the Theil-Sen slope.", rows)
	}
	line := func(name string, value func(*Sample) float64) plot.Line {
		l := plot.Line{Name: name}
		for i := range r.Samples {
			l.X, l.Y = append(l.X, r.Samples[i].At), append(l.Y, value(&r.Samples[i]))
		}
		return l
	}
	p.Lines(plot.Lines{Title: "Latency, interval by interval", XLabel: "seconds", YLabel: "ms", Lines: []plot.Line{
		line("HTTP p99", func(s *Sample) float64 { return s.HTTPP99 }), line("HTTP to SMSC p50", func(s *Sample) float64 { return s.ToP50 }),
		line("HTTP to SMSC p99", func(s *Sample) float64 { return s.ToP99 })}})
	p.Lines(plot.Lines{Title: "Throughput", XLabel: "seconds", YLabel: "accepted a second", Lines: []plot.Line{line("accepted", func(s *Sample) float64 { return s.Accepted })}})
	p.Lines(plot.Lines{Title: "Memory", XLabel: "seconds", YLabel: "MB", Lines: []plot.Line{
		line("RSS", func(s *Sample) float64 { return s.RSS / 1e6 }), line("heap in use", func(s *Sample) float64 { return s.Heap / 1e6 })}})
	p.Lines(plot.Lines{Title: "Goroutines, descriptors, queue", XLabel: "seconds", YLabel: "count", Lines: []plot.Line{
		line("goroutines", func(s *Sample) float64 { return s.Goroutines }), line("file descriptors", func(s *Sample) float64 { return s.FDs }),
		line("queue", func(s *Sample) float64 { return s.Queue })}})
	p.Lines(plot.Lines{Title: "Store on disk", XLabel: "seconds", YLabel: "MB", Lines: []plot.Line{line("store", func(s *Sample) float64 { return s.Store / 1e6 })}})
	return p
}
