package fraud

import "fmt"

// countryMismatch is a client in another country than the number's. A SIM that
// is known to roam explains it.
var countryMismatch = &Signal{
	Code: "COUNTRY_MISMATCH", Group: groupClient, Description: "the client's IP is in another country than the number",
	flag: func(f *Facts) float64 {
		c, r := f.Client.Country, f.Number.Region
		return when(c != "" && r != "" && r != "001" && !sameCountry(c, r) && !f.Location.Roaming)
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("client's IP is in %s, the number in %s", f.Client.Country, f.Number.Region)
	},
}
