package replay

import (
	"maps"
	"math"
	"slices"
)

// scores counts sends by score. A score has three decimals (package fraud), so
// a count for each is exact, and there are a million and one at most.
type scores struct {
	n  int64
	at map[int32]int64 // by thousandths
}

func newScores() *scores { return &scores{at: map[int32]int64{}} }

func (s *scores) add(score float64) {
	s.n++
	s.at[int32(math.Round(score*1000))]++
}

// rising lists the scores that were met, the lowest first.
func (s *scores) rising() []int32 { return slices.Sorted(maps.Keys(s.at)) }

// auc is the chance that an attack scores higher than a benign send, where a
// tie counts half. NaN when there are none of one sort.
func auc(benign, attack *scores) float64 {
	if benign.n == 0 || attack.n == 0 {
		return math.NaN()
	}
	all := slices.Sorted(maps.Keys(merged(benign, attack)))
	var below, won int64 // won counts halves
	for _, v := range all {
		b, a := benign.at[v], attack.at[v]
		won += a * (2*below + b)
		below += b
	}
	return float64(won) / 2 / float64(benign.n) / float64(attack.n)
}

func merged(a, b *scores) map[int32]struct{} {
	all := make(map[int32]struct{}, len(a.at)+len(b.at))
	for v := range a.at {
		all[v] = struct{}{}
	}
	for v := range b.at {
		all[v] = struct{}{}
	}
	return all
}

// threshold is the lowest score that was met at or above which lies at most
// share of the benign sends. ok is false when even the highest has more.
// Sends of one score are never split.
func threshold(benign, attack *scores, share float64) (at int32, ok bool) {
	all := slices.Sorted(maps.Keys(merged(benign, attack)))
	most := share * float64(benign.n)
	var above int64
	for _, v := range slices.Backward(all) {
		if above += benign.at[v]; float64(above) > most {
			return at, ok
		}
		at, ok = v, true
	}
	return at, ok
}

// from is the share of the sends that score at or above a threshold.
func (s *scores) from(at int32) float64 {
	if s.n == 0 {
		return math.NaN()
	}
	var n int64
	for v, c := range s.at {
		if v >= at {
			n += c
		}
	}
	return float64(n) / float64(s.n)
}

// roc is the curve of false positives against recall, one point a score,
// beginning at the highest.
type rocPoint struct{ falsePositives, recall float64 }

func roc(benign, attack *scores) []rocPoint {
	points := []rocPoint{{}}
	var b, a int64
	for _, v := range slices.Backward(slices.Sorted(maps.Keys(merged(benign, attack)))) {
		b, a = b+benign.at[v], a+attack.at[v]
		points = append(points, rocPoint{float64(b) / float64(benign.n), float64(a) / float64(attack.n)})
	}
	return points
}
