package fraud

import "fmt"

// sourceConversion is the test of rangeConversion for where the codes are asked
// for.
var sourceConversion = &Signal{
	Code: "SOURCE_CONVERSION", Group: groupOutcome, Description: "codes asked for from this address or device are not typed in; in nats",
	ramp: func(f *Facts) float64 { return max(f.Velocity.Outcomes.Address, f.Velocity.Outcomes.Device) },
	evidence: func(f *Facts) string {
		o := &f.Velocity.Outcomes
		return fmt.Sprintf("codes asked for from this address (%.1f nats) or device (%.1f nats) are not typed in", o.Address, o.Device)
	},
}
