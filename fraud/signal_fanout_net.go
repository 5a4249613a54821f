package fraud

import "fmt"

// fanoutNet catches a client that asks for many people's codes and changes its
// address in one network.
var fanoutNet = &Signal{
	Code: "FANOUT_NET", Group: groupVelocity, Description: "many different numbers from one network (IPv4 /24, IPv6 /48) within an hour",
	ramp: func(f *Facts) float64 { return f.Velocity.NetNumbers },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f different numbers from this IP's network in an hour", f.Velocity.NetNumbers)
	},
}
