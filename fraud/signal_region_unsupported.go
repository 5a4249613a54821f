package fraud

import "fmt"

// regionUnsupported keeps sends inside the regions that the tenant serves.
var regionUnsupported = &Signal{
	Code: "REGION_UNSUPPORTED", Group: groupCarrier, Description: "the number's region is not one that the tenant serves",
	flag:     func(f *Facts) float64 { return when(!f.Number.RegionAllowed) },
	evidence: func(f *Facts) string { return fmt.Sprintf("region %s is not served", orUnknown(f.Number.Region)) },
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
