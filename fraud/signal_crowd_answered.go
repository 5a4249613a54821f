package fraud

import "fmt"

// crowdAnswered ranks a range that newcomers crowd in although they type their
// codes in: mostly a company or a tester, now and then a ring that holds the
// numbers. It is not much by itself, and adds nothing to RANGE_CROWDED: what
// crowds either way is one crowd.
var crowdAnswered = &Signal{
	Code: "CROWD_ANSWERED", Group: groupRange, Description: "newcomers' numbers crowd in one range, and type their codes in; in nats beyond RANGE_CROWDED",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() || f.Velocity.office() {
			return 0
		}
		return f.Velocity.CrowdAnswered * max(0, 1-f.Velocity.Crowd/crowdTold)
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("newcomers who type their codes in crowd in one range (%.1f nats)", f.Velocity.CrowdAnswered)
	},
}

// crowdTold is from how many nats on RANGE_CROWDED has told of the crowd.
const crowdTold = 5
