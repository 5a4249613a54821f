package traffic

import (
	"math"
	"math/rand/v2"
)

// dice is one stream of chance. Each population and each campaign has its own, so
// that a change of one moves others only where they meet the same people.
type dice struct{ *rand.Rand }

func newDice(seed uint64, name string) dice {
	return dice{rand.New(rand.NewPCG(seed, hash(seed, name)))}
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is uniform.
func (d dice) between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// about is log-normal with this median and sigma.
func (d dice) about(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.NormFloat64())
}

// wait is exponential.
func (d dice) wait(mean float64) float64 { return mean * d.ExpFloat64() }

func pick[T any](d dice, of []T) T { return of[d.IntN(len(of))] }

// weighted is an index of weights, none of them below 0.
func (d dice) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := d.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// digits appends n random digits.
func (d dice) digits(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, '0'+byte(d.IntN(10)))
	}
	return b
}

// hash spreads a seed and a name over 64 bits: FNV-1a, finished as splitmix64 does.
func hash(seed uint64, name string) uint64 {
	h := seed ^ 0xcbf29ce484222325
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 0x100000001b3
	}
	return mix(h)
}

func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
