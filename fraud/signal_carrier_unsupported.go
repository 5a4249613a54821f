package fraud

import "fmt"

// carrierUnsupported keeps sends inside the tenant's partner networks.
var carrierUnsupported = &Signal{
	Code: "CARRIER_UNSUPPORTED", Group: groupCarrier, Description: "the number's network is not a partner of the tenant",
	flag: func(f *Facts) float64 { return when(!f.Number.CarrierAllowed) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("network %s is not a partner", orUnknown(string(f.Number.PLMN)))
	},
}
