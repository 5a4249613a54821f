package replay

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// plot is one SVG picture: a frame with axes in which values are drawn. Its
// classes are coloured by the page's style.
type plot struct {
	b             strings.Builder
	width, height float64
	left, bottom  float64 // room for what is written at the axes
	x, y          axis
}

// axis maps values to a length; a logarithmic one begins above 0.
type axis struct {
	from, to float64
	log      bool
}

// part is where between 0 and 1 a value lies on an axis.
func (a axis) part(v float64) float64 {
	from, to := a.from, a.to
	if a.log {
		from, to, v = math.Log10(from), math.Log10(to), math.Log10(math.Max(v, a.from))
	}
	if to <= from {
		return 0
	}
	return math.Min(1, math.Max(0, (v-from)/(to-from)))
}

func newPlot(title string, width, height float64, x, y axis) *plot {
	p := &plot{width: width, height: height, left: 54, bottom: 34, x: x, y: y}
	fmt.Fprintf(&p.b, `<svg viewBox="0 0 %g %g" role="img" aria-label="%s">`, width, height, html.EscapeString(title))
	return p
}

// plotRight leaves room for half of the label at the end of the x axis.
const plotRight = 20

func (p *plot) px(v float64) float64 { return p.left + p.x.part(v)*(p.width-p.left-plotRight) }
func (p *plot) py(v float64) float64 {
	return 8 + (1-p.y.part(v))*(p.height-p.bottom-8)
}

// tick is a mark at an axis.
type tick struct {
	v    float64
	text string
}

func (p *plot) axes(x, y []tick, xName, yName string) {
	for _, t := range x {
		fmt.Fprintf(&p.b, `<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, p.px(t.v), p.py(p.y.to), p.px(t.v), p.py(p.y.from))
		fmt.Fprintf(&p.b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, p.px(t.v), p.height-p.bottom+13, html.EscapeString(t.text))
	}
	for _, t := range y {
		fmt.Fprintf(&p.b, `<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, p.px(p.x.from), p.py(t.v), p.px(p.x.to), p.py(t.v))
		fmt.Fprintf(&p.b, `<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, p.left-5, p.py(t.v)+3.5, html.EscapeString(t.text))
	}
	fmt.Fprintf(&p.b, `<text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, (p.left+p.width)/2, p.height-4, html.EscapeString(xName))
	fmt.Fprintf(&p.b, `<text class="name" transform="translate(11 %.1f) rotate(-90)" text-anchor="middle">%s</text>`, (p.height-p.bottom)/2, html.EscapeString(yName))
}

// line draws through points; of many it keeps those that a pixel can show.
func (p *plot) line(class string, points [][2]float64) {
	fmt.Fprintf(&p.b, `<polyline class="%s" points="`, class)
	lastX, lastY := math.Inf(-1), math.Inf(-1)
	for i, at := range points {
		x, y := p.px(at[0]), p.py(at[1])
		if i > 0 && i < len(points)-1 && math.Abs(x-lastX) < 0.5 && math.Abs(y-lastY) < 0.5 {
			continue
		}
		fmt.Fprintf(&p.b, "%.1f,%.1f ", x, y)
		lastX, lastY = x, y
	}
	p.b.WriteString(`"/>`)
}

// bar fills from one value to another, over a span of x.
func (p *plot) bar(class string, x0, x1, y0, y1 float64) {
	left, right, top, bottom := p.px(x0), p.px(x1), p.py(y1), p.py(y0)
	if bottom-top < 0.05 {
		return
	}
	fmt.Fprintf(&p.b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, left, top, math.Max(0.5, right-left), bottom-top)
}

func (p *plot) dot(class string, x, y, radius float64) {
	fmt.Fprintf(&p.b, `<circle class="%s" cx="%.1f" cy="%.1f" r="%.1f"/>`, class, p.px(x), p.py(y), radius)
}

func (p *plot) done() template.HTML {
	p.b.WriteString("</svg>")
	return template.HTML(p.b.String()) // all that a file can name in it is escaped above
}

// decades are the powers of ten of a logarithmic axis.
func decades(a axis, format func(float64) string) (all []tick) {
	for e := math.Ceil(math.Log10(a.from) - 1e-9); e <= math.Log10(a.to)+1e-9; e++ {
		v := math.Pow(10, e)
		all = append(all, tick{v, format(v)})
	}
	return all
}

// steps are five round marks of a linear axis.
func steps(a axis, format func(float64) string) (all []tick) {
	span := (a.to - a.from) / 4
	if span <= 0 {
		return []tick{{a.from, format(a.from)}}
	}
	unit := math.Pow(10, math.Floor(math.Log10(span)))
	for _, m := range []float64{1, 2, 5, 10} {
		if unit*m >= span {
			unit *= m
			break
		}
	}
	for v := math.Ceil(a.from/unit) * unit; v <= a.to+unit/1e6; v += unit {
		all = append(all, tick{v, format(v)})
	}
	return all
}

func short(v float64) string { return fmt.Sprintf("%.6g", v) }

func shortPercent(v float64) string { return fmt.Sprintf("%.4g %%", 100*v) }
