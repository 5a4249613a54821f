package fraud

import "fmt"

// fanoutRange is the pumping bot's own mark: behind a shared address many
// people sit, but not many whose numbers lie in one block of a thousand.
var fanoutRange = &Signal{
	Code: "FANOUT_RANGE", Group: groupVelocity, Description: "many different numbers of one range (number minus 3 digits) from one IP address within an hour",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() || f.Velocity.office() {
			return 0
		}
		return f.Velocity.IPRange
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f different numbers of range %s from this IP in an hour", f.Velocity.IPRange, f.Number.Range)
	},
}
