package fraud

import "fmt"

// numberDevices sees one number asked for from ever other devices: its owner
// has one or two, who guesses its codes or talks them out of the owner, many.
var numberDevices = &Signal{
	Code: "NUMBER_DEVICES", Group: groupVelocity, Description: "different devices that asked for one number within a day or so",
	ramp: func(f *Facts) float64 { return f.Velocity.NumberDevices },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f devices asked for this number", f.Velocity.NumberDevices)
	},
}
