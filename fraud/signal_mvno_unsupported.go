package fraud

import "fmt"

// mvnoUnsupported is a subscriber of a virtual network operator, which some
// tenants do not serve.
var mvnoUnsupported = &Signal{
	Code: "MVNO_UNSUPPORTED", Group: groupCarrier, Description: "the number belongs to a virtual network operator",
	flag: func(f *Facts) float64 { return when(f.Number.MVNO) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("virtual network operator on network %s", orUnknown(string(f.Number.PLMN)))
	},
}
