package fraud

import "fmt"

// knownAccount speaks for an account that comes again as it was.
var knownAccount = &Signal{
	Code: "KNOWN_ACCOUNT", Group: groupHistory, Description: "the account was verified before with this number and device",
	flag: func(f *Facts) float64 {
		a := &f.Velocity.Account
		return when(a.Approved > 0 && a.SameDevice && a.SameNumber && !f.recycled())
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("this account was verified %d times, last with this number and device", f.Velocity.Account.Approved)
	},
}
