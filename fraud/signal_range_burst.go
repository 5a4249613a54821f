package fraud

import "fmt"

// rangeBurst catches artificially inflated traffic: bots ask for codes on a number
// block whose owner shares the fee. Newcomers whose codes come back at once are
// none of it, unless that looks staged, nor are people who were verified before.
var rangeBurst = &Signal{
	Code: "RANGE_BURST", Group: groupVelocity, Description: "more numbers of the tenant's range (number minus 3 digits) within a minute than it is used to, less those whose codes are typed in",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() {
			return 0
		}
		return f.Velocity.RangeMinute - f.Velocity.RangeBaseline - f.Velocity.burstAnswered()
	},
	evidence: func(f *Facts) string {
		v := &f.Velocity
		return fmt.Sprintf("%.0f numbers of range %s in a minute, usually %.1f, and %.0f codes typed in", v.RangeMinute, f.Number.Range, v.RangeBaseline, v.RangeAnswered)
	},
}

// burstAnswered is how much of a burst has proved itself.
func (v *Velocity) burstAnswered() float64 {
	const staged = 3 // nats
	return v.RangeAnswered * max(0, 1-v.Outcomes.Staged/staged)
}
