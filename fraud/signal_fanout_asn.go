package fraud

import "fmt"

// fanoutASN catches one operator that suddenly brings many more of the
// newcomers than its share. Absolute counts would accuse every large operator.
var fanoutASN = &Signal{
	Code: "FANOUT_ASN", Group: groupVelocity, Description: "part of the tenant's latest newcomers to the country that came from this autonomous system beyond its usual share",
	ramp: func(f *Facts) float64 { return f.beyondShare(f.Velocity.SystemExcess) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the latest newcomers from AS%d are more than its usual share", 100*f.Velocity.SystemExcess, f.Client.ASN)
	},
}

// beyondShare is such a part for a newcomer; who came before is none of it.
func (f *Facts) beyondShare(excess float64) float64 {
	if !f.newcomer() {
		return 0
	}
	return excess
}
