package fraud

import "fmt"

// clientConversion is systemConversion of the clients that run the same
// program, by their TLS.
var clientConversion = &Signal{
	Code: "CLIENT_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients with this TLS fingerprint (JA4)",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Client },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected of clients with this TLS fingerprint are missing", 100*f.Velocity.Outcomes.Client)
	},
}
