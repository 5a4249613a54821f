package fraud

import "fmt"

// verifiedBefore speaks for whoever comes again with the SIM and the device of
// before; how much it says is the policy's to weigh.
var verifiedBefore = &Signal{
	Code: "VERIFIED_BEFORE", Group: groupHistory, Description: "the number was verified before for this tenant, and neither its SIM nor the client's device is another one",
	flag: func(f *Facts) float64 {
		return when(f.History.Verified > 0 && !f.simChange().Changed && !f.otherDevice() && !f.recycled())
	},
	evidence: func(f *Facts) string { return fmt.Sprintf("verified %d times", f.History.Verified) },
}
