package fraud

import "fmt"

// simInterval speaks for a changed SIM whose number was not seen for long: an
// attacker asks at once, and honest changes have had all that time to happen.
var simInterval = &Signal{
	Code: "SIM_CHANGED_SOME_TIME", Group: groupSubscriber, Description: "days within which the SIM may have changed: an attacker's has changed just before",
	ramp: func(f *Facts) float64 {
		a := f.simChange()
		if !a.Changed {
			return 0
		}
		return (a.Max - a.Min).Hours() / 24
	},
	evidence: func(f *Facts) string {
		a := f.simChange()
		return fmt.Sprintf("the SIM changed at some time within %s", span(a.Max-a.Min))
	},
}
