package fraud

import "fmt"

// systemConversion shows which part of a wide stream of codes is not typed in
// although it should be: of a mixed stream, that part is the attack's. Here the
// stream is an autonomous system's.
var systemConversion = &Signal{
	Code: "SYSTEM_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients in this autonomous system",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.System },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected of clients in this autonomous system are missing", 100*f.Velocity.Outcomes.System)
	},
}
