package fraud

import "fmt"

// fanoutIP catches one address that asks for many people's codes.
var fanoutIP = &Signal{
	Code: "FANOUT_IP", Group: groupVelocity, Description: "many different numbers from one IP address within an hour",
	ramp: func(f *Facts) float64 { return f.Velocity.IPNumbers },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f different numbers from this IP in an hour", f.Velocity.IPNumbers)
	},
}
