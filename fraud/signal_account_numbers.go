package fraud

import "fmt"

// accountNumbers catches one account that collects numbers.
var accountNumbers = &Signal{
	Code: "ACCOUNT_NUMBERS", Group: groupVelocity, Description: "different numbers asked for by one account",
	ramp: func(f *Facts) float64 { return f.Velocity.AccountNumbers },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("this account asked for %.0f different numbers", f.Velocity.AccountNumbers)
	},
}
