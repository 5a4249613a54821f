package fraud

import "fmt"

// fanoutJA4 catches one program that suddenly brings many more of the newcomers
// than its share, as fanoutASN does an operator.
var fanoutJA4 = &Signal{
	Code: "FANOUT_JA4", Group: groupVelocity, Description: "part of the tenant's latest newcomers to the country that came with this TLS fingerprint beyond its usual share",
	ramp: func(f *Facts) float64 { return f.beyondShare(f.Velocity.ClientExcess) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the latest newcomers with this TLS fingerprint (JA4) are more than its usual share", 100*f.Velocity.ClientExcess)
	},
}
