package window

import "math"

// A range whose codes all come back, where elsewhere some get lost or are
// given up, is one whose numbers one hand holds. It is weak: a few dozen codes
// may all come back by chance.
const (
	// wholeRate is how often the codes of such a range are typed in.
	wholeRate = 0.99
	// gapAt is the checkpoint at which a code is held to be given up.
	gapAt = 3
	// completeMost bounds the test, so that a range that has gaps again is
	// believed.
	completeMost = 12
)

// whole adds a newcomer's approval to the test that a range is too complete.
func (f *flow) whole(usual float64) {
	f.complete = min(completeMost, f.complete+float32(max(0, math.Log(wholeRate/usual))))
}

// gap adds a newcomer's code that was given up.
func (f *flow) gap(usual float64) {
	f.complete = max(0, f.complete+float32(math.Log((1-wholeRate)/(1-usual))))
}
