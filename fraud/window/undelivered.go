package window

import "math"

// attackFails is how often messages to numbers that were made up fail.
const attackFails = 0.5

// undeliveredMost bounds the test, so that a range that came into use is
// believed again.
const undeliveredMost = 20

// undelivered adds a newcomer's receipt to the sequential test of its ranges
// that their numbers do not exist.
func (v *Velocity) undelivered(p *pending, failed bool, usual float64, now uint32) {
	if !p.newcomer || p.first != 0 {
		return
	}
	usual = min(max(usual, 0.01), 0.3)
	nats := math.Log((1 - attackFails) / (1 - usual))
	if failed {
		nats = math.Log(attackFails / usual)
	}
	for i := range undeliveredLevels {
		v.flows.use(v.rangeKey(p.tenant, p.digits, i), now, func(f *flow) {
			f.undelivered = min(undeliveredMost, max(0, f.undelivered+float32(nats)))
		})
	}
}

// undeliveredLevels is for how many of a number's ranges, from the smallest on.
const undeliveredLevels = 2
