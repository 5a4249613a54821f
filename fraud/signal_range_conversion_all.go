package fraud

import "fmt"

// rangeConversionAll is the test of rangeConversion over all tenants: an attack
// that spreads over them is faint at each.
var rangeConversionAll = &Signal{
	Code: "RANGE_CONVERSION_ALL", Group: groupRange, Description: "codes sent to the range by all tenants together are not typed in; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.RangeAll },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("codes of all tenants to these ten thousand numbers are not typed in (%.1f nats)", f.Velocity.Outcomes.RangeAll)
	},
}
