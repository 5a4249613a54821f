package window

import "math"

// halfLife is the time in minutes after which a minute weighs half in the
// baseline: six hours, so that an attack of minutes hardly moves it.
const halfLife = 360

// baseline is what a minute of a range is used to: an exponentially weighted
// mean over complete minutes, quiet ones included.
type baseline struct {
	mean  float32
	index uint32 // the minute being counted
	n     uint32 // sends in it
}

// count adds a send and returns the mean of the minutes before this one.
func (b *baseline) count(now uint32) float64 {
	m := now / minute
	if m > b.index && b.index != 0 {
		kept := math.Exp2(-1.0 / halfLife)
		mean := float64(b.mean)*kept + float64(b.n)*(1-kept)
		b.mean = float32(mean * math.Exp2(-float64(m-b.index-1)/halfLife))
		b.n = 0
	}
	b.index = max(b.index, m)
	b.n++
	return float64(b.mean)
}
