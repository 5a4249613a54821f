package fraud

import "fmt"

// velocityNet catches a client asking faster than people do from many addresses
// of one network.
var velocityNet = &Signal{
	Code: "VELOCITY_NET", Group: groupVelocity, Description: "many sends from one network (IPv4 /24, IPv6 /48) within a minute",
	ramp: func(f *Facts) float64 { return f.Velocity.NetMinute },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f sends from this IP's network in a minute", f.Velocity.NetMinute)
	},
}
