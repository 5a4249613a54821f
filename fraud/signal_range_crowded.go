package fraud

import "fmt"

// rangeCrowded catches a campaign by where its numbers come from: people who
// ask for the first time spread over a country's ranges as its subscribers do.
// Those who typed their codes in are left out: people who come together, behind
// one address or to one offer, prove themselves as they go.
var rangeCrowded = &Signal{
	Code: "RANGE_CROWDED", Group: groupRange, Description: "newcomers' numbers crowd in one range, against what the tenant's traffic is used to; in nats",
	ramp: func(f *Facts) float64 {
		if f.Velocity.office() {
			return min(f.Velocity.Crowd, f.Velocity.CrowdOpen)
		}
		return f.Velocity.Crowd
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("newcomers crowd in a range of %s numbers; a campaign explains them better by %.1f nats", tenTo(f.Velocity.CrowdDigits), f.Velocity.Crowd)
	},
}

// office says that the range's newcomers ask from one address and type their
// codes in, as a company does that enrols its people. An attack that fakes
// conversions from one address shows by its devices and its times.
func (v *Velocity) office() bool {
	o := &v.Outcomes
	return v.IPRange >= 3 && o.RangeApproved >= 1 && o.RangeMissing < 0.3
}
