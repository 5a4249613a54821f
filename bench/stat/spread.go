package stat

import (
	"fmt"
	"slices"
)

// Spread is what repeated figures say together: on a machine that others use
// too one figure says little.
type Spread struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Lower  float64 `json:"lower_quartile"`
	Upper  float64 `json:"upper_quartile"`
	Most   float64 `json:"most"`
	N      int     `json:"n"`
}

// SpreadOf sums figures up; none give the zero Spread.
func SpreadOf(figures []float64) Spread {
	if len(figures) == 0 {
		return Spread{}
	}
	v := slices.Sorted(slices.Values(figures))
	return Spread{
		Median: quantile(v, .5), Least: v[0], Lower: quantile(v, .25), Upper: quantile(v, .75), Most: v[len(v)-1], N: len(v),
	}
}

// quantile is interpolated between its two neighbours (type 7 of Hyndman and
// Fan 1996, what R and numpy do); sorted is not empty.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Median is the middle of figures, 0 of none.
func Median(figures []float64) float64 { return SpreadOf(figures).Median }

// Format writes the median and, where there are several figures, the least and
// the most.
func (s Spread) Format(verb string) string {
	if s.N < 2 {
		return fmt.Sprintf(verb, s.Median)
	}
	return fmt.Sprintf(verb+" ("+verb+" to "+verb+")", s.Median, s.Least, s.Most)
}

// Slope is the Theil-Sen estimator: the median of the slopes of all pairs, in
// units of y per unit of x. Up to 29 % of the points may be arbitrary (Sen 1968). It is
// 0 for fewer than two different x.
func Slope(x, y []float64) float64 {
	var slopes []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	return Median(slopes)
}
