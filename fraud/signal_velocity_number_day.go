package fraud

import "fmt"

// velocityNumberDay catches a flood too slow for velocityNumber.
var velocityNumberDay = &Signal{
	Code: "VELOCITY_NUMBER_DAY", Group: groupVelocity, Description: "many sends to one number within a day",
	ramp:     func(f *Facts) float64 { return f.Velocity.NumberDay },
	evidence: func(f *Facts) string { return fmt.Sprintf("%.0f sends to this number in a day", f.Velocity.NumberDay) },
}
