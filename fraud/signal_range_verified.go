package fraud

import "fmt"

// rangeVerified speaks for a newcomer from a range whose codes are typed in. Who
// was verified before has more to show than that.
var rangeVerified = &Signal{
	Code: "RANGE_VERIFIED", Group: groupHistory, Description: "codes sent to the tenant's range (number minus 4 digits) are typed in as expected; the count of those of late",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() {
			return 0
		}
		return f.Velocity.Outcomes.RangeApproved * (1 - f.Velocity.Outcomes.RangeMissing)
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f codes to these ten thousand numbers were typed in of late", f.Velocity.Outcomes.RangeApproved)
	},
}
