package fraud

import "fmt"

// rangeBurst catches artificially inflated traffic: bots ask for codes on a
// number block whose owner shares the fee.
var rangeBurst = &Signal{
	Code: "RANGE_BURST", Group: groupVelocity, Description: "more numbers of a range (number minus 3 digits) within a minute than it is used to",
	ramp: func(f *Facts) float64 { return f.Velocity.RangeMinute - f.Velocity.RangeBaseline },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f numbers of range %s in a minute, usually %.1f", f.Velocity.RangeMinute, f.Number.Range, f.Velocity.RangeBaseline)
	},
}
