package fraud

import "fmt"

// agentConversion is systemConversion of the clients that call themselves the
// same.
var agentConversion = &Signal{
	Code: "AGENT_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's clients with this User-Agent",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Agent },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected of clients with this User-Agent are missing", 100*f.Velocity.Outcomes.Agent)
	},
}
