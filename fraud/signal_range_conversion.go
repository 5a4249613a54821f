package fraud

import "fmt"

// rangeConversion is a sequential test that never ends (Page's CUSUM): each
// code sent to the range counts, typed in or not, and one that is not yet
// answered counts the more the older it gets.
var rangeConversion = &Signal{
	Code: "RANGE_CONVERSION", Group: groupRange, Description: "codes sent to the tenant's range are not typed in; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Range },
	evidence: func(f *Facts) string {
		o := &f.Velocity.Outcomes
		return fmt.Sprintf("codes to a range of %s numbers are not typed in (%.1f nats)", tenTo(o.RangeDigits), o.Range)
	},
}
