package fraud

import "fmt"

// conversionTooGood is weak: where one hand holds a range's numbers no code is
// lost or given up, as some of people's are.
var conversionTooGood = &Signal{
	Code: "CONVERSION_TOO_GOOD", Group: groupRange, Description: "newcomers' codes to the tenant's range come back more completely than is usual; in nats",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() {
			return 0
		}
		return f.Velocity.Outcomes.Complete
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("newcomers' codes to this range come back more completely than is usual (%.1f nats)", f.Velocity.Outcomes.Complete)
	},
}
