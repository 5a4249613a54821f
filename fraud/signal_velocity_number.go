package fraud

import "fmt"

// velocityNumber catches one number being flooded, by a bot or to annoy its
// owner.
var velocityNumber = &Signal{
	Code: "VELOCITY_NUMBER", Group: groupVelocity, Description: "many sends to one number within ten minutes",
	ramp: func(f *Facts) float64 { return f.Velocity.Number10m },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f sends to this number in 10 minutes", f.Velocity.Number10m)
	},
}
