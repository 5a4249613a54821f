package fraud

import "fmt"

// fakeConversionSource is fakeConversion of one address or device, over
// whatever ranges it asks for.
var fakeConversionSource = &Signal{
	Code: "FAKE_CONVERSION_SOURCE", Group: groupOutcome, Description: "approvals asked for from the address or device look staged; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.StagedSource },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("approvals asked for from this address or device look staged (%.1f nats)", f.Velocity.Outcomes.StagedSource)
	},
}
