package decide

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/stat"
)

// Row is one piece with one number of goroutines.
type Row struct {
	Piece      string       `json:"piece"`
	Goroutines int          `json:"goroutines"`
	NS         stat.Spread  `json:"cpu_ns"` // for each call
	PerSecond  stat.Spread  `json:"per_second"`
	Allocs     stat.Spread  `json:"allocs"`
	Latency    stat.Latency `json:"latency"` // with the clock in it

	curve             []stat.Point
	ns, rates, allocs []float64
	each              *stat.Latencies
}

func write(out io.Writer, rows []*Row, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(rows)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range table(rows) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

func table(rows []*Row) [][]string {
	list := [][]string{{"piece", "goroutines", "CPU ns a call", "calls/s", "allocs", "latency"}}
	for _, r := range rows {
		list = append(list, []string{
			r.Piece, strconv.Itoa(r.Goroutines), r.NS.Format("%.0f"), fmt.Sprintf("%.0f", r.PerSecond.Median), fmt.Sprintf("%.2f", r.Allocs.Median), r.Latency.String(),
		})
	}
	return list
}

func page(rows []*Row) *plot.Page {
	p := &plot.Page{Title: "tollgate bench decide", Subtitle: fmt.Sprintf("%s, %d cores, %s", time.Now().Format("2006-01-02 15:04"), runtime.NumCPU(), runtime.Version())}
	p.Table("The decision, piece by piece", "Median (least to most) of the rounds.", table(rows))
	var bars []plot.Bar
	var names []string
	var curves [][]stat.Point
	for _, r := range rows {
		name := fmt.Sprintf("%s, %d", r.Piece, r.Goroutines)
		bars = append(bars, plot.Bar{Name: name, Spread: r.NS})
		if r.Goroutines == rows[len(rows)-1].Goroutines {
			names, curves = append(names, r.Piece), append(curves, r.curve)
		}
	}
	p.Bars("Cost of a call", "CPU nanoseconds, by goroutines.", "%.0f ns", bars)
	p.Percentiles(fmt.Sprintf("Latency with %d goroutines", rows[len(rows)-1].Goroutines), "With the clock's own cost in it.", names, curves)
	return p
}
