package onebind

import (
	"fmt"
	"runtime"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/stat"
)

// table has a row for each client.
func table(rows []Row, cfg Config) [][]string {
	out := [][]string{{fmt.Sprintf("one bind, window %d, median of %d", cfg.Window, cfg.Rounds), "submit/s", "least", "most", "allocs", "x gosmpp", "x go-smpp"}}
	cell := func(verb string, v float64) string { return fmt.Sprintf(verb, v) }
	for _, r := range rows {
		out = append(out, []string{
			r.Client, cell("%.0f", r.PerSecond), cell("%.0f", r.Least), cell("%.0f", r.Most), cell("%.1f", r.Allocs), cell("%.1f", r.OverGosmp), cell("%.1f", r.OverGoSMP),
		})
	}
	return out
}

// page is the result as a page with plots.
func page(rows []Row, cfg Config) *plot.Page {
	p := &plot.Page{Title: "tollgate bench smpp", Subtitle: fmt.Sprintf("%s, %d cores; window %d, %d rounds of %v, clients and SMSC in one process",
		time.Now().Format("2006-01-02 15:04"), runtime.NumCPU(), cfg.Window, cfg.Rounds, cfg.Slice)}
	p.Table("One bind", "submit_sm answered a second; allocations a message, the SMSC's included; ratios to the other libraries.", table(rows, cfg))
	var bars []plot.Bar
	for _, r := range rows {
		bars = append(bars, plot.Bar{Name: r.Client, Spread: stat.Spread{Median: r.PerSecond, Least: r.Least, Most: r.Most, N: cfg.Rounds}})
	}
	p.Bars("submit_sm a second", "Median, least to most.", "%.0f/s", bars)
	return p
}
