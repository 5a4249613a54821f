package fraud

import "fmt"

// networkConversion is systemConversion of a number's network over all tenants,
// but for outages.
var networkConversion = &Signal{
	Code: "NETWORK_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at all sends to the number's network",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Network) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected in this network are missing", 100*f.Velocity.Outcomes.Network)
	},
}
