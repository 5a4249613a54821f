package window

import "math"

const (
	tenths     = 10
	spreadMin  = 8   // numbers below which nothing is said
	spreadMax  = 100 // numbers at which the older ones are halved
	spreadGone = hour
)

// spread is how the numbers asked for lately lie over the tenths of a range.
type spread [tenths]uint8

var nLog2n = func() (t [spreadMax + 1]float64) {
	for n := 2; n <= spreadMax; n++ {
		t[n] = float64(n) * math.Log2(float64(n))
	}
	return t
}()

// add notes a number in a tenth, unless it came again, and returns 0 when the
// numbers lie as chance would have it and 1 when all are in one tenth: one
// minus their entropy over the highest that so many could have.
func (s *spread) add(tenth uint, again bool, was, now uint32) float64 {
	if now > was && now-was > spreadGone {
		*s = spread{}
	}
	if !again {
		s[tenth]++
	}
	n, sum := 0, 0.0
	for _, c := range s {
		n += int(c)
		sum += nLog2n[c]
	}
	if n >= spreadMax {
		for i := range s {
			s[i] /= 2
		}
	}
	if n < spreadMin {
		return 0
	}
	entropy := math.Log2(float64(n)) - sum/float64(n)
	return min(1, max(0, 1-entropy/math.Log2(float64(min(n, tenths)))))
}
