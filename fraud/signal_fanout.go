package fraud

import "fmt"

// The fan-out signals catch one client that asks for many people's codes.
var (
	fanoutIP = &Signal{
		Code: "FANOUT_IP", Group: groupVelocity, Description: "many different numbers from one IP address within an hour",
		ramp: func(f *Facts) float64 { return f.Velocity.IPNumbers },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f different numbers from this IP in an hour", f.Velocity.IPNumbers)
		},
	}
	fanoutNet = &Signal{
		Code: "FANOUT_NET", Group: groupVelocity, Description: "many different numbers from one network (IPv4 /24, IPv6 /48) within an hour",
		ramp: func(f *Facts) float64 { return f.Velocity.NetNumbers },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f different numbers from this IP's network in an hour", f.Velocity.NetNumbers)
		},
	}
	fanoutDevice = &Signal{
		Code: "FANOUT_DEVICE", Group: groupVelocity, Description: "many different numbers from one device within an hour",
		ramp: func(f *Facts) float64 { return f.Velocity.DeviceNumbers },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f different numbers from this device in an hour", f.Velocity.DeviceNumbers)
		},
	}
	// fanoutRange is the pumping bot's own mark: behind a shared address many
	// people sit, but not many whose numbers lie in one block of a thousand.
	fanoutRange = &Signal{
		Code: "FANOUT_RANGE", Group: groupVelocity, Description: "many different numbers of one range (number minus 3 digits) from one IP address within an hour",
		ramp: func(f *Facts) float64 {
			if !f.newcomer() || f.Velocity.office() {
				return 0
			}
			return f.Velocity.IPRange
		},
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f different numbers of range %s from this IP in an hour", f.Velocity.IPRange, f.Number.Range)
		},
	}
)
