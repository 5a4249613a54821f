package fraud

import "fmt"

// ownConversion is networkConversion of the one tenant's sends.
var ownConversion = &Signal{
	Code: "TENANT_NETWORK_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends to the number's network",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Own) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected of the tenant's sends to this network are missing", 100*f.Velocity.Outcomes.Own)
	},
}
