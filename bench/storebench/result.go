package storebench

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/stat"
)

// Result is what was measured.
type Result struct {
	At         time.Time `json:"at"`
	Cores      int       `json:"cores"`
	Filesystem string    `json:"filesystem,omitempty"`
	Rows       []*Row    `json:"rows"`
}

// Row is one engine with one number of writers.
type Row struct {
	Engine    string       `json:"engine"`
	Writers   int          `json:"writers"`
	PerSecond stat.Spread  `json:"per_second"`
	Commit    stat.Latency `json:"commit"` // of one writer
	Sync      stat.Latency `json:"sync"`   // of the log
	PerSync   float64      `json:"commits_per_sync"`
	CPU       stat.Spread  `json:"cpu_us_per_commit"`
	OfLog     stat.Spread  `json:"of_bare_log"` // ratio of the rates, round by round

	curve         []stat.Point
	rates, cpu    []float64
	commit, syncs *stat.Latencies
}

func (r *Row) sum(log *Row) {
	r.PerSecond, r.CPU = stat.SpreadOf(r.rates), stat.SpreadOf(r.cpu)
	r.Commit, r.Sync, r.curve = r.commit.Summary(), r.syncs.Summary(), r.commit.Curve()
	if r.Sync.Count > 0 {
		r.PerSync = float64(r.Commit.Count) / float64(r.Sync.Count)
	}
	var ratios []float64
	for i := range r.rates {
		ratios = append(ratios, r.rates[i]/log.rates[i])
	}
	r.OfLog = stat.SpreadOf(ratios)
}

func (r *Result) write(out io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintln(out, r.setting())
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range r.table() {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

func (r *Result) setting() string {
	return fmt.Sprintf("%s, %d cores, on %s; slices in turn, median (least to most)", r.At.Format("2006-01-02 15:04"), r.Cores, r.Filesystem)
}

func (r *Result) table() [][]string {
	rows := [][]string{{"engine", "writers", "commits/s", "of the bare log", "commit p50 ms", "p99 ms", "sync p50 ms", "p99 ms", "commits a sync", "CPU us a commit"}}
	ms := func(v float64) string { return fmt.Sprintf("%.2f", v) }
	for _, r := range r.Rows {
		rows = append(rows, []string{
			r.Engine, strconv.Itoa(r.Writers), r.PerSecond.Format("%.0f"), r.OfLog.Format("%.2fx"), ms(r.Commit.P50), ms(r.Commit.P99),
			ms(r.Sync.P50), ms(r.Sync.P99), fmt.Sprintf("%.1f", r.PerSync), fmt.Sprintf("%.1f", r.CPU.Median),
		})
	}
	return rows
}

func (r *Result) page() *plot.Page {
	p := &plot.Page{Title: "tollgate bench store", Subtitle: r.setting()}
	p.Table("Durable commits", "Each as large as an accepted send; every writer waits for the disk. The bare log only appends and syncs.", r.table())
	var names []string
	var curves [][]stat.Point
	var bars []plot.Bar
	for _, row := range r.Rows {
		name := fmt.Sprintf("%s, %d at once", row.Engine, row.Writers)
		names, curves = append(names, name), append(curves, row.curve)
		bars = append(bars, plot.Bar{Name: name, Spread: row.PerSecond})
	}
	p.Bars("Commits a second", "Median, least to most.", "%.0f/s", bars)
	p.Percentiles("Latency of a commit", "", names, curves)
	return p
}
