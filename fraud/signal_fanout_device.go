package fraud

import "fmt"

// fanoutDevice catches one device that asks for many people's codes.
var fanoutDevice = &Signal{
	Code: "FANOUT_DEVICE", Group: groupVelocity, Description: "many different numbers from one device within an hour",
	ramp: func(f *Facts) float64 { return f.Velocity.DeviceNumbers },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f different numbers from this device in an hour", f.Velocity.DeviceNumbers)
	},
}
