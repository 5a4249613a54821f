package fraud

import "fmt"

// rangeOpen is rangeCrowded of only those newcomers who were let go and whose
// codes should have been typed in by their age. Neither counts who has typed
// the code in; rangeCrowded counts the refused and the latest as well.
var rangeOpen = &Signal{
	Code: "RANGE_OPEN", Group: groupRange, Description: "newcomers' numbers crowd in one range and their codes have not been typed in; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.CrowdOpen },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("newcomers whose codes are open crowd in a range of %s numbers; a campaign explains them better by %.1f nats", tenTo(f.Velocity.CrowdDigits), f.Velocity.CrowdOpen)
	},
}
