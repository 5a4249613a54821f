package fraud

import "fmt"

// undeliveredBurst catches numbers that were made up: most of a range's are in
// nobody's hands, and the network says so. In an outage messages fail over all
// ranges, and it is silent.
var undeliveredBurst = &Signal{
	Code: "UNDELIVERED_BURST", Group: groupRange, Description: "newcomers' messages to the tenant's range fail far more often than the network's usually do; in nats",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Undelivered) },
	evidence: func(f *Facts) string {
		o := &f.Velocity.Outcomes
		return fmt.Sprintf("messages to a range of %s numbers are not delivered while others are (%.1f nats)", tenTo(o.UndeliveredDigits), o.Undelivered)
	},
}
