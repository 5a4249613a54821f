package fraud

import "fmt"

// velocityIP and velocityNet catch one client asking faster than people do.
var velocityIP = &Signal{
	Code: "VELOCITY_IP", Group: groupVelocity, Description: "many sends from one IP address (IPv6: one /64) within a minute",
	ramp:     func(f *Facts) float64 { return f.Velocity.IPMinute },
	evidence: func(f *Facts) string { return fmt.Sprintf("%.0f sends from this IP in a minute", f.Velocity.IPMinute) },
}

var velocityNet = &Signal{
	Code: "VELOCITY_NET", Group: groupVelocity, Description: "many sends from one network (IPv4 /24, IPv6 /48) within a minute",
	ramp: func(f *Facts) float64 { return f.Velocity.NetMinute },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f sends from this IP's network in a minute", f.Velocity.NetMinute)
	},
}
