package replay

import (
	"math"
	"math/rand/v2"
	"testing"
)

func of(values ...float64) *scores {
	s := newScores()
	for _, v := range values {
		s.add(v)
	}
	return s
}

func TestAUCTiesCountHalf(t *testing.T) {
	for _, v := range []struct {
		name           string
		benign, attack *scores
		want           float64
	}{
		{"apart", of(0, 1, 2), of(3, 4), 1},
		{"the wrong way", of(3, 4), of(0, 1), 0},
		{"all the same", of(5, 5, 5), of(5, 5), 0.5},
		// pairs: 10 beats 0, 0, ties 10 (2.5 of 3); 0 ties 0, 0, loses to 10 (1 of 3)
		{"by hand", of(0, 0, 10), of(10, 0), 3.5 / 6},
		{"thousandths differ", of(1.001), of(1.002), 1},
	} {
		if got := auc(v.benign, v.attack); math.Abs(got-v.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", v.name, got, v.want)
		}
	}
	if !math.IsNaN(auc(of(), of(1))) || !math.IsNaN(auc(of(1), of())) {
		t.Error("AUC of one class alone is told")
	}
}

func TestThresholdNeverSplitsEqualScores(t *testing.T) {
	for _, v := range []struct {
		name           string
		benign, attack *scores
		share          float64
		at             float64
		ok             bool
		recall         float64
	}{
		// one of four people may lie at or above: that is 30 alone
		{"by hand", of(0, 10, 20, 30), of(25, 30, 31, 5), 0.25, 25, true, 0.75},
		{"ties at the threshold stay together", of(0, 10, 30, 30), of(30, 30, 31, 5), 0.25, 31, true, 0.25},
		{"exactly the share", of(0, 10, 30, 30), of(30, 30, 31, 5), 0.5, 30, true, 0.75},
		{"nobody may lie above", of(0, 10), of(10, 11, 12), 0, 11, true, 2.0 / 3},
		{"people at the top", of(50, 50), of(10, 50), 0.1, 0, false, 0},
		{"all may", of(1, 2), of(0, 3), 1, 0, true, 1},
	} {
		at, ok := threshold(v.benign, v.attack, v.share)
		if ok != v.ok || ok && float64(at)/1000 != v.at {
			t.Errorf("%s: threshold %g, %v, want %g, %v", v.name, float64(at)/1000, ok, v.at, v.ok)
		}
		recall := 0.0
		if ok {
			recall = v.attack.from(at)
		}
		if math.Abs(recall-v.recall) > 1e-12 {
			t.Errorf("%s: recall %g, want %g", v.name, recall, v.recall)
		}
	}
}

// Counting by score gives what comparing every pair gives.
func TestScoresAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for round := range 50 {
		var benign, attack []float64
		for range 1 + rng.IntN(60) {
			benign = append(benign, float64(rng.IntN(12))/1000)
		}
		for range 1 + rng.IntN(60) {
			attack = append(attack, float64(rng.IntN(15))/1000)
		}
		b, a := of(benign...), of(attack...)
		won := 0.0
		for _, x := range benign {
			for _, y := range attack {
				switch {
				case y > x:
					won++
				case y == x:
					won += 0.5
				}
			}
		}
		if want := won / float64(len(benign)*len(attack)); math.Abs(auc(b, a)-want) > 1e-12 {
			t.Fatalf("round %d: AUC %g, pairs give %g", round, auc(b, a), want)
		}
		share := rng.Float64()
		best := 0.0 // the recall of the best threshold that keeps to the share
		for v := range 16 {
			if b.from(int32(v)) <= share {
				best = max(best, a.from(int32(v)))
			}
		}
		at, ok := threshold(b, a, share)
		if got := a.from(at); ok && got != best || !ok && best != 0 {
			t.Fatalf("round %d: recall %g at %d, %v; the best is %g", round, got, at, ok, best)
		}
	}
}

func TestROCBeginsAndEndsAtTheCorners(t *testing.T) {
	points := roc(of(0, 0, 10), of(10, 20))
	want := []rocPoint{{0, 0}, {0, 0.5}, {1.0 / 3, 1}, {1, 1}}
	if len(points) != len(want) {
		t.Fatalf("%v, want %v", points, want)
	}
	for i := range want {
		if points[i] != want[i] {
			t.Errorf("point %d: %v, want %v", i, points[i], want[i])
		}
	}
}
