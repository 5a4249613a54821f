package compare

import (
	"fmt"

	"tollgate/bench/plot"
	"tollgate/bench/stat"
)

// page is the result as a page with plots.
func (r *Result) page() *plot.Page {
	p := &plot.Page{Title: "tollgate bench compare", Subtitle: r.setting()}
	if r.KannelMissing != "" {
		p.Subtitle += ". Kannel is missing: " + r.KannelMissing
	}
	var tiles []plot.Tile
	for _, f := range r.Phases {
		for _, q := range f.Ratios {
			tiles = append(tiles, plot.Tile{
				Label: fmt.Sprintf("of %s, %d connections", q.To, f.Connections), Value: fmt.Sprintf("%.2fx", q.Median),
				Note: fmt.Sprintf("%.2f to %.2f", q.Least, q.Most),
			})
		}
		if ours := f.Systems[len(f.Systems)-1]; f.Rate != "" {
			tiles = append(tiles, plot.Tile{
				Label: "HTTP to SMSC at " + f.Rate + "/s", Value: fmt.Sprintf("%.2f ms", ours.ToP50.Median), Note: fmt.Sprintf("p50; p99 %.2f ms", ours.ToP99.Median),
			})
		}
	}
	p.Tiles(tiles...)
	for _, f := range r.Phases {
		f.plots(p)
	}
	return p
}

func (f *Phase) plots(p *plot.Page) {
	p.Table(f.Name, "Median (least to most) of the rounds.", f.table())
	var rates []plot.Bar
	var http, to [][]stat.Point
	var names []string
	for _, s := range f.Systems {
		rates = append(rates, plot.Bar{Name: s.Name, Spread: s.PerSecond})
		names, http, to = append(names, s.Name), append(http, s.HTTPCurve), append(to, s.ToCurve)
	}
	if f.Rate == "" {
		p.Bars(f.Name+": messages a second", "At the carrier until the last one arrived; of the bare server, answered. Median, least to most.", "%.0f/s", rates)
	}
	p.Split(f.Name+": CPU a message", "Microseconds in user mode and in the kernel.", "us", f.split())
	p.Percentiles(f.Name+": HTTP latency", "From the intended start of each request to its answer.", names, http)
	p.Percentiles(f.Name+": HTTP to SMSC", "From the intended start of each request to its submit_sm.", names, to)
}

// split is where the CPU went.
func (f *Phase) split() (parts []plot.Parts) {
	for _, s := range f.Systems {
		parts = append(parts, plot.Parts{Name: s.Name, Values: []plot.Part{{Name: "user", Value: s.User.Median}, {Name: "system", Value: s.System.Median}}})
	}
	return parts
}
