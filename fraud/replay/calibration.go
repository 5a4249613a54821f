package replay

import (
	"maps"
	"math"
	"slices"
)

// bins is how many bins of equal count the scores are put into.
const bins = 20

// calibration compares what a score says of a send with what came of other
// sends of that score: the first, third, ... labelled send fit the share of
// attacks of each bin, the others judge it.
type calibration struct {
	n            int64
	fit, judge   *scores // all sends
	fitA, judgeA *scores // attacks
}

func newCalibration() *calibration {
	return &calibration{fit: newScores(), judge: newScores(), fitA: newScores(), judgeA: newScores()}
}

func (c *calibration) add(score float64, attack bool) {
	all, attacks := c.fit, c.fitA
	if c.n++; c.n%2 == 0 {
		all, attacks = c.judge, c.judgeA
	}
	all.add(score)
	if attack {
		attacks.add(score)
	}
}

// Bin is one bin of scores, up to and with Upto.
type Bin struct {
	Upto     float64 `json:"upto"`
	Fitted   float64 `json:"fitted"`   // share of attacks among the sends that fit
	Observed float64 `json:"observed"` // among those that judge
	Sends    int64   `json:"sends"`    // that judge
}

// bins cuts the fitted scores into bins of equal count. Sends of one score stay
// together, so there can be fewer.
func (c *calibration) bins() []Bin {
	out := []Bin{} // none is [] in JSON
	all := c.fit.rising()
	var seen, n, attacks int64
	next := int64(1)
	for i, v := range all {
		seen, n, attacks = seen+c.fit.at[v], n+c.fit.at[v], attacks+c.fitA.at[v]
		if seen*bins < next*c.fit.n && i < len(all)-1 {
			continue
		}
		next = seen*bins/c.fit.n + 1
		out = append(out, Bin{Upto: float64(v) / 1000, Fitted: rounded(float64(attacks) / float64(n))})
		n, attacks = 0, 0
	}
	return c.judged(out)
}

// judged fills in what the other sends show. Those above the last bin are of it.
func (c *calibration) judged(out []Bin) []Bin {
	if len(out) == 0 {
		return out
	}
	attacks := make([]int64, len(out))
	for _, v := range slices.Sorted(maps.Keys(c.judge.at)) {
		i := 0
		for i < len(out)-1 && float64(v)/1000 > out[i].Upto {
			i++
		}
		out[i].Sends += c.judge.at[v]
		attacks[i] += c.judgeA.at[v]
	}
	for i := range out {
		if out[i].Sends > 0 {
			out[i].Observed = rounded(float64(attacks[i]) / float64(out[i].Sends))
		}
	}
	return out
}

// calibrationError is the mean difference between fitted and observed share,
// weighted by the sends that judge. NaN when there are none.
func calibrationError(all []Bin) float64 {
	var sum float64
	var n int64
	for _, b := range all {
		sum += math.Abs(b.Fitted-b.Observed) * float64(b.Sends)
		n += b.Sends
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}
