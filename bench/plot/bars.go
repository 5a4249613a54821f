package plot

import (
	"fmt"
	"html"
	"strings"

	"tollgate/bench/stat"
)

// Bar is one figure with its spread.
type Bar struct {
	Name string
	stat.Spread
}

// Bars adds horizontal bars of medians, with whiskers from the least to the
// most. verb writes a value, as in "%.2fx".
func (p *Page) Bars(title, about, verb string, bars []Bar) {
	const row, label, value = 34, 230, 240
	most := 0.0
	for _, b := range bars {
		most = max(most, b.Most)
	}
	if most <= 0 {
		return
	}
	place := func(v float64) float64 { return label + v/most*(width-label-value) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, row*len(bars), html.EscapeString(title))
	for i, bar := range bars {
		y := float64(i*row) + 6
		mid := y + 11
		fmt.Fprintf(&b, `<text class="value" x="%d" y="%.1f" text-anchor="end">%s</text>`, label-10, mid+4, html.EscapeString(bar.Name))
		fmt.Fprintf(&b, `<rect x="%d" y="%.1f" width="%.1f" height="22" rx="3" fill="%s"/>`,
			label, y, max(1, place(bar.Median)-label), colours[i%len(colours)])
		if bar.N > 1 {
			lo, hi := place(bar.Least), place(bar.Most)
			fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1fM%.1f %.1fv10M%.1f %.1fv10" stroke="var(--ink)" stroke-width="1.5" fill="none"/>`,
				lo, mid, hi, lo, mid-5, hi, mid-5)
		}
		fmt.Fprintf(&b, `<text class="value" x="%.1f" y="%.1f">%s</text>`, max(place(bar.Median), place(bar.Most))+10, mid+4, html.EscapeString(bar.Format(verb)))
	}
	b.WriteString(`</svg>`)
	p.card(title, about, b.String())
}

// Part is one piece of a whole, Parts are one whole.
type Part struct {
	Name  string
	Value float64
}

// Parts is a bar of pieces, one behind the other.
type Parts struct {
	Name   string
	Values []Part
}

// Split adds horizontal bars of pieces; the pieces of all have the same names.
func (p *Page) Split(title, about, unit string, all []Parts) {
	const row, label, value = 34, 230, 120
	most := 0.0
	for _, w := range all {
		most = max(most, w.sum())
	}
	if most <= 0 {
		return
	}
	var b strings.Builder
	b.WriteString(legend(all[0].names()))
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, row*len(all), html.EscapeString(title))
	for i, w := range all {
		x, y := float64(label), float64(i*row)+6
		fmt.Fprintf(&b, `<text class="value" x="%d" y="%.1f" text-anchor="end">%s</text>`, label-10, y+15, html.EscapeString(w.Name))
		for k, part := range w.Values {
			long := part.Value / most * (width - label - value)
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="22" fill="%s"/>`, x, y, max(0, long), colours[k%len(colours)])
			x += max(0, long)
		}
		fmt.Fprintf(&b, `<text class="value" x="%.1f" y="%.1f">%s %s</text>`, x+10, y+15, number(w.sum()), html.EscapeString(unit))
	}
	b.WriteString(`</svg>`)
	p.card(title, about, b.String())
}

func (w *Parts) sum() (v float64) {
	for _, part := range w.Values {
		v += part.Value
	}
	return v
}

func (w *Parts) names() (lines []Line) {
	for _, part := range w.Values {
		lines = append(lines, Line{Name: part.Name, X: []float64{0}})
	}
	return lines
}
