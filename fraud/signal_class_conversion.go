package fraud

import "fmt"

// classConversion is systemConversion of the sends that look alike at a glance.
var classConversion = &Signal{
	Code: "CLASS_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends that look like this one at a glance",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Class },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected of sends that look like this one are missing", 100*f.Velocity.Outcomes.Class)
	},
}
