package send

import (
	"fmt"
	"runtime"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/stat"
)

// page is the result as a page with plots.
func (r *Result) page() *plot.Page {
	p := &plot.Page{Title: "tollgate bench send", Subtitle: fmt.Sprintf("%s, %.0f s%s; %s; %s; %d cores, generator, carrier and gateway on one machine where they are",
		r.how(), r.Seconds, r.cut(), r.words(), time.Now().Format("2006-01-02 15:04"), runtime.NumCPU())}
	tiles := []plot.Tile{
		{Label: "accepted (202)", Value: fmt.Sprintf("%.0f/s", r.AcceptedPerSecond), Note: fmt.Sprintf("%d of %d sent", r.Accepted, r.Sent)},
		{Label: "HTTP p50 / p99", Value: fmt.Sprintf("%.2f / %.2f ms", r.HTTP.P50, r.HTTP.P99), Note: fmt.Sprintf("max %.1f ms", r.HTTP.Max)},
	}
	if c := r.Carrier; c != nil {
		tiles = append(tiles, plot.Tile{Label: "HTTP to SMSC p50 / p99", Value: fmt.Sprintf("%.2f / %.2f ms", c.Latency.P50, c.Latency.P99),
			Note: c.note()})
	}
	if u := r.Process; u != nil {
		value := "-"
		if u.PerMessage > 0 {
			value = fmt.Sprintf("%.1f us", u.PerMessage)
		}
		tiles = append(tiles, plot.Tile{Label: "gateway's CPU a message", Value: value, Note: fmt.Sprintf("RSS up to %.0f MB", float64(u.RSS)/1e6)})
	}
	if r.Baseline != nil {
		tiles = append(tiles, plot.Tile{Label: "of bare fasthttp", Value: fmt.Sprintf("%.2fx", r.Ratio), Note: fmt.Sprintf("which took %.0f/s", r.Baseline.AcceptedPerSecond)})
	}
	if l := r.Refused; l != nil {
		tiles = append(tiles, plot.Tile{Label: "refused, p50 / p99", Value: fmt.Sprintf("%.2f / %.2f ms", l.P50, l.P99), Note: fmt.Sprintf("%d, not among the others", l.Count)})
	}
	p.Tiles(tiles...)
	r.plots(p)
	return p
}

// note is what became of the messages.
func (c *Carrier) note() string {
	note := fmt.Sprintf("%d missing, %d duplicates", c.Missing, c.Duplicates)
	if odd := c.odd(); odd != "" {
		note += ", " + odd
	}
	return note
}

func (r *Result) plots(p *plot.Page) {
	names, curves := []string{"HTTP"}, [][]stat.Point{r.HTTPCurve}
	if r.Carrier != nil {
		names, curves = append(names, "HTTP to SMSC"), append(curves, r.Carrier.Curve)
	}
	if r.Baseline != nil {
		names, curves = append(names, "bare fasthttp"), append(curves, r.Baseline.HTTPCurve)
	}
	p.Percentiles("Latency by percentile", "From the intended start of each request. Each nine has the same room.", names, curves)
	p.Lines(plot.Lines{Title: "Throughput over time", XLabel: "seconds", YLabel: "a second", Lines: r.throughput()})
	if r.Process != nil {
		user, system, rss := plot.Line{Name: "user"}, plot.Line{Name: "system"}, plot.Line{Name: "RSS"}
		for _, s := range r.Series {
			user.X, user.Y = append(user.X, s.At), append(user.Y, s.User)
			system.X, system.Y = append(system.X, s.At), append(system.Y, s.System)
			rss.X, rss.Y = append(rss.X, s.At), append(rss.Y, float64(s.RSS)/1e6)
		}
		p.Lines(plot.Lines{Title: "CPU of the gateway", About: "Stacked, in cores.", XLabel: "seconds", YLabel: "cores", Fill: true, Lines: []plot.Line{user, system}})
		p.Lines(plot.Lines{Title: "Memory of the gateway", XLabel: "seconds", YLabel: "MB", Lines: []plot.Line{rss}})
	}
	if r.Baseline != nil {
		p.Bars("Beside bare fasthttp", "Accepted a second, in alternating slices of one run.", "%.0f/s", []plot.Bar{
			{Name: "gateway", Spread: stat.SpreadOf([]float64{r.AcceptedPerSecond})},
			{Name: "bare fasthttp", Spread: stat.SpreadOf([]float64{r.Baseline.AcceptedPerSecond})},
		})
	}
	if len(r.Errors) > 0 {
		rows := [][]string{{"not accepted", "class", "count"}}
		for code, n := range r.Errors {
			rows = append(rows, []string{code, class(code), fmt.Sprint(n)})
		}
		p.Table("Errors", "", rows)
	}
}

// throughput is a line for each thing that was counted.
func (r *Result) throughput() (lines []plot.Line) {
	for _, l := range []struct {
		name  string
		value func(*Second) float64
	}{
		{"accepted", func(s *Second) float64 { return s.Accepted }},
		{"submitted", func(s *Second) float64 { return s.Submitted }},
		{"due", func(s *Second) float64 { return s.Due }},
		{"refused or failed", func(s *Second) float64 { return s.Failed }},
		{"bare fasthttp", func(s *Second) float64 { return s.Baseline }},
	} {
		line, any := plot.Line{Name: l.name}, false
		for i := range r.Series {
			v := l.value(&r.Series[i])
			line.X, line.Y, any = append(line.X, r.Series[i].At), append(line.Y, v), any || v > 0
		}
		if any {
			lines = append(lines, line)
		}
	}
	return lines
}
