package fraud

import "fmt"

// numberAccounts catches one number that opens accounts.
var numberAccounts = &Signal{
	Code: "NUMBER_ACCOUNTS", Group: groupVelocity, Description: "different accounts that asked for one number",
	ramp: func(f *Facts) float64 { return f.Velocity.NumberAccounts },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f accounts asked for this number", f.Velocity.NumberAccounts)
	},
}
