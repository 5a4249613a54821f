package fraud

import "fmt"

// oddSurge is classSurge of sends that each have a mark against them which
// people have too, now and then: not many at once.
var oddSurge = &Signal{
	Code: "ODD_SURGE", Group: groupStream, Description: "CLASS_SURGE of sends with another device than the verified one, from a hosting network or to no mobile line",
	ramp: func(f *Facts) float64 {
		if f.otherDevice() || f.Client.Datacentre || f.Number.OddLine() {
			return f.Velocity.ClassExcess
		}
		return 0
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the latest sends as odd as this one are more than usual", 100*f.Velocity.ClassExcess)
	},
}
