package fraud

import "fmt"

// classSurge sees more sends of a sort than the tenant is used to.
var classSurge = &Signal{
	Code: "CLASS_SURGE", Group: groupStream, Description: "part of the tenant's latest sends that look like this one at a glance that is more than usual",
	ramp: func(f *Facts) float64 { return f.Velocity.ClassExcess },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the latest sends that look like this one are more than usual", 100*f.Velocity.ClassExcess)
	},
}
