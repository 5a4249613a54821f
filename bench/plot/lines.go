package plot

import (
	"fmt"
	"html"
	"math"
	"strings"

	"tollgate/bench/stat"
)

// Line is one line of a plot.
type Line struct {
	Name string
	X, Y []float64
}

// Lines is a plot of lines over one x.
type Lines struct {
	Title, About string
	XLabel       string
	YLabel       string
	YLog         bool
	Fill         bool // stack the lines as areas
	Lines        []Line
	xticks       []tick
	xlo, xhi     float64
}

// colours that people with any kind of colour vision tell apart, on white and on black.
var colours = []string{"#3f7fe0", "#e5813b", "#2fa37a", "#9a6be0", "#d4577a", "#8a94a3"}

// The drawing's size, in its own units.
const (
	width, height            = 1000, 300
	left, right, top, bottom = 62, 14, 8, 44
)

// Lines adds a plot of lines; without a point there is none.
func (p *Page) Lines(l Lines) {
	if l.Fill {
		l.Lines = stacked(l.Lines)
	}
	xlo, xhi, ylo, yhi, any := extent(l.Lines)
	if !any {
		return
	}
	x := axis{lo: xlo, hi: xhi, ticks: l.xticks}
	if l.xticks == nil {
		x = newAxis(xlo, xhi, false)
		x.hi = max(xhi, x.lo+1e-9)
	} else {
		x.lo, x.hi = l.xlo, l.xhi
	}
	y := newAxis(ylo, yhi, l.YLog)
	var b strings.Builder
	b.WriteString(legend(l.Lines))
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, height, html.EscapeString(l.Title))
	frame(&b, &x, &y, l.XLabel, l.YLabel)
	for i := len(l.Lines) - 1; i >= 0; i-- { // stacked, the lowest comes last and on top
		draw(&b, &l.Lines[i], &x, &y, colours[i%len(colours)], l.Fill)
	}
	b.WriteString(`</svg>`)
	p.card(l.Title, l.About, b.String())
}

// Percentiles adds latency by percentile; a curve without points is left out. The x axis stretches towards the tail:
// each nine has the same room.
func (p *Page) Percentiles(title, about string, names []string, curves [][]stat.Point) {
	l := Lines{Title: title, About: about, XLabel: "percentile", YLabel: "ms", YLog: true}
	nines := func(percentile float64) float64 { return -math.Log10(1 - percentile/100) }
	for i, c := range curves {
		line := Line{Name: names[i]}
		for _, point := range c {
			line.X, line.Y = append(line.X, nines(point.Percentile)), append(line.Y, point.MS)
			l.xhi = max(l.xhi, nines(point.Percentile))
		}
		l.Lines = append(l.Lines, line)
	}
	for _, t := range []float64{0, 50, 90, 99, 99.9, 99.99, 99.999} {
		if at := nines(t); at <= l.xhi+1e-9 {
			l.xticks = append(l.xticks, tick{at, fmt.Sprintf("%v %%", t)})
		}
	}
	p.Lines(l)
}

// stacked puts each line on top of those before it.
func stacked(lines []Line) (sum []Line) {
	for i, l := range lines {
		y := append([]float64(nil), l.Y...)
		if i > 0 {
			for j := range y {
				if j < len(sum[i-1].Y) {
					y[j] += sum[i-1].Y[j]
				}
			}
		}
		sum = append(sum, Line{l.Name, l.X, y})
	}
	return sum
}

func extent(lines []Line) (xlo, xhi, ylo, yhi float64, any bool) {
	xlo, ylo = math.Inf(1), math.Inf(1)
	xhi, yhi = math.Inf(-1), math.Inf(-1)
	for _, l := range lines {
		for i := range l.X {
			xlo, xhi = min(xlo, l.X[i]), max(xhi, l.X[i])
			ylo, yhi = min(ylo, l.Y[i]), max(yhi, l.Y[i])
			any = true
		}
	}
	return xlo, xhi, ylo, yhi, any
}

func legend(lines []Line) string {
	var b strings.Builder
	b.WriteString(`<div class="legend">`)
	for i, l := range lines {
		if len(l.X) == 0 { // it keeps its colour for where it has points
			continue
		}
		fmt.Fprintf(&b, `<span><i style="background:%s"></i>%s</span>`, colours[i%len(colours)], html.EscapeString(l.Name))
	}
	b.WriteString(`</div>`)
	return b.String()
}

func px(x *axis, v float64) float64 { return left + x.place(v)*(width-left-right) }
func py(y *axis, v float64) float64 { return height - bottom - y.place(v)*(height-top-bottom) }

// frame draws grid, ticks and labels.
func frame(b *strings.Builder, x, y *axis, xlabel, ylabel string) {
	for _, t := range y.ticks {
		at := py(y, t.at)
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="var(--grid)"/>`, left, width-right, at, at)
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end">%s</text>`, left-8, at+4, html.EscapeString(t.text))
	}
	for _, t := range x.ticks {
		if t.at > x.hi+1e-9 {
			continue
		}
		at := px(x, t.at)
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="var(--grid)"/>`, at, at, top, height-bottom)
		anchor := "middle"
		if at > width-right-20 { // it would be cut off
			at, anchor = width-2, "end"
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="%s">%s</text>`, at, height-bottom+17, anchor, html.EscapeString(t.text))
	}
	fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="var(--line)"/>`, left, width-right, height-bottom, height-bottom)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, (left+width-right)/2, height-6, html.EscapeString(xlabel))
	fmt.Fprintf(b, `<text x="14" y="%d" text-anchor="middle" transform="rotate(-90 14 %d)">%s</text>`,
		(top+height-bottom)/2, (top+height-bottom)/2, html.EscapeString(ylabel))
}

func draw(b *strings.Builder, l *Line, x, y *axis, colour string, fill bool) {
	var points strings.Builder
	for i := range l.X {
		fmt.Fprintf(&points, "%.1f,%.1f ", px(x, l.X[i]), py(y, l.Y[i]))
	}
	switch {
	case len(l.X) == 0:
	case fill:
		fmt.Fprintf(b, `<polygon points="%.1f,%.1f %s%.1f,%.1f" fill="%s" fill-opacity="0.85"/>`,
			px(x, l.X[0]), py(y, y.lo), points.String(), px(x, l.X[len(l.X)-1]), py(y, y.lo), colour)
	case len(l.X) == 1:
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, px(x, l.X[0]), py(y, l.Y[0]), colour)
	default:
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"/>`, strings.TrimSpace(points.String()), colour)
	}
}
