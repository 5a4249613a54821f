package fraud

import "fmt"

// velocityIP catches one address asking faster than people do.
var velocityIP = &Signal{
	Code: "VELOCITY_IP", Group: groupVelocity, Description: "many sends from one IP address (IPv6: one /64) within a minute",
	ramp:     func(f *Facts) float64 { return f.Velocity.IPMinute },
	evidence: func(f *Facts) string { return fmt.Sprintf("%.0f sends from this IP in a minute", f.Velocity.IPMinute) },
}
