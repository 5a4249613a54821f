package fraud

import "fmt"

// The conversion signals of ranges and sources are sequential tests that never
// end (Page's CUSUM): each code sent under the key counts, typed in or not, and
// one that is not yet answered counts the more the older it gets.
var (
	rangeConversion = &Signal{
		Code: "RANGE_CONVERSION", Group: groupRange, Description: "codes sent to the tenant's range are not typed in; in nats",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Range },
		evidence: func(f *Facts) string {
			o := &f.Velocity.Outcomes
			return fmt.Sprintf("codes to a range of %s numbers are not typed in (%.1f nats)", tenTo(o.RangeDigits), o.Range)
		},
	}
	rangeConversionAll = &Signal{
		Code: "RANGE_CONVERSION_ALL", Group: groupRange, Description: "codes sent to the range by all tenants together are not typed in; in nats",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.RangeAll },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("codes of all tenants to these ten thousand numbers are not typed in (%.1f nats)", f.Velocity.Outcomes.RangeAll)
		},
	}
	sourceConversion = &Signal{
		Code: "SOURCE_CONVERSION", Group: groupOutcome, Description: "codes asked for from this address or device are not typed in; in nats",
		ramp: func(f *Facts) float64 { return max(f.Velocity.Outcomes.Address, f.Velocity.Outcomes.Device) },
		evidence: func(f *Facts) string {
			o := &f.Velocity.Outcomes
			return fmt.Sprintf("codes asked for from this address (%.1f nats) or device (%.1f nats) are not typed in", o.Address, o.Device)
		},
	}
	netConversion = &Signal{
		Code: "NET_CONVERSION", Group: groupOutcome, Description: "codes asked for from this network (IPv4 /24, IPv6 /48) are not typed in; in nats",
		ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Net },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("codes asked for from this network are not typed in (%.1f nats)", f.Velocity.Outcomes.Net)
		},
	}
)

// rangeVerified speaks for a newcomer from a range whose codes are typed in. Who
// was verified before has more to show than that.
var rangeVerified = &Signal{
	Code: "RANGE_VERIFIED", Group: groupHistory, Description: "codes sent to the tenant's range (number minus 4 digits) are typed in as expected; the count of those of late",
	ramp: func(f *Facts) float64 {
		if !f.newcomer() {
			return 0
		}
		return f.Velocity.Outcomes.RangeApproved * (1 - f.Velocity.Outcomes.RangeMissing)
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f codes to these ten thousand numbers were typed in of late", f.Velocity.Outcomes.RangeApproved)
	},
}
