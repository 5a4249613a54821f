package window

import (
	"math"
	"math/bits"
)

const (
	sketchBits = 128
	generation = hour / 2 // seconds; two are looked at
	// distinctSure is up to how many keys the count is worth something.
	distinctSure = 300
)

// distinct counts different keys by linear counting (Whang et al. 1990) in two
// generations of 128 bits.
type distinct [2][2]uint64

// estimates maps the bits that are set to how many keys likely set them.
var estimates = func() (e [sketchBits + 1]float64) {
	for z := range sketchBits {
		e[z] = math.Round(-sketchBits * math.Log(1-float64(z)/sketchBits))
	}
	e[sketchBits] = math.Round(sketchBits * math.Log(sketchBits))
	return e
}()

// see adds a key by its hash and returns how many different ones were seen
// between half an hour and an hour back.
func (d *distinct) see(hash uint64, was, now uint32) float64 {
	now = max(now, was)
	cur := now / generation & 1
	switch gone := now/generation - was/generation; {
	case gone == 1:
		d[cur] = [2]uint64{}
	case gone > 1:
		*d = distinct{}
	}
	bit := mix(hash) % sketchBits
	d[cur][bit/64] |= 1 << (bit % 64)
	return estimates[bits.OnesCount64(d[0][0]|d[1][0])+bits.OnesCount64(d[0][1]|d[1][1])]
}
