package plot

import (
	"math"
	"strconv"
)

// tick is one mark on an axis.
type tick struct {
	at   float64
	text string
}

// axis maps values from lo to hi, linear or by their logarithm.
type axis struct {
	lo, hi float64
	log    bool
	ticks  []tick
}

// newAxis covers values from lo to hi; a linear one begins at 0, or below
// where values do.
func newAxis(lo, hi float64, log bool) axis {
	if log && lo > 0 {
		return logAxis(lo, hi)
	}
	if hi <= 0 {
		hi = 1
	}
	step := niceStep(hi / 5)
	a := axis{lo: min(0, math.Floor(lo/step)*step), hi: math.Ceil(hi/step) * step}
	for v := a.lo; v <= a.hi+step/2; v += step {
		a.ticks = append(a.ticks, tick{v, number(v)})
	}
	return a
}

func logAxis(lo, hi float64) axis {
	from, to := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	if from == to {
		to++
	}
	a := axis{lo: math.Pow(10, from), hi: math.Pow(10, to), log: true}
	for e := from; e <= to; e++ {
		v := math.Pow(10, e)
		a.ticks = append(a.ticks, tick{v, number(v)})
	}
	return a
}

// place is where v lies, 0 at lo and 1 at hi.
func (a *axis) place(v float64) float64 {
	if a.log {
		v = max(v, a.lo)
		return (math.Log10(v) - math.Log10(a.lo)) / (math.Log10(a.hi) - math.Log10(a.lo))
	}
	return (v - a.lo) / (a.hi - a.lo)
}

// niceStep is the next of 1, 2 or 5 times a power of ten.
func niceStep(v float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if v <= m*p*1.0000001 {
			return m * p
		}
	}
	return 10 * p
}

// number writes a figure short: 12 k, 3.4 M, 0.05.
func number(v float64) string {
	for _, u := range []struct {
		by   float64
		name string
	}{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if math.Abs(v) >= u.by {
			return short(v/u.by) + u.name
		}
	}
	return short(v)
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
