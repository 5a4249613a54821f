package fraud

import "fmt"

// fakeConversion catches fraud rings that type their own codes in: from another
// device and network than asked, and after ever the same time.
var fakeConversion = &Signal{
	Code: "FAKE_CONVERSION", Group: groupOutcome, Description: "approvals in the range look staged: from other devices and networks, or after ever the same time; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Staged },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("approvals in this range look staged (%.1f nats)", f.Velocity.Outcomes.Staged)
	},
}
