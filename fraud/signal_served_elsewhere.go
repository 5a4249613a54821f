package fraud

import "fmt"

// servedElsewhere is a handset in one country and its user's address in
// another. Who hides the address explains it, and has signals of its own.
var servedElsewhere = &Signal{
	Code: "SERVED_ELSEWHERE", Group: groupClient, Description: "the handset is served in another country than the client's IP",
	flag: func(f *Facts) float64 {
		c, l := f.Client.Country, f.Location.Country
		return when(c != "" && l != "" && !sameCountry(c, l) && !f.Client.Datacentre && !f.Client.Tor)
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("client's IP is in %s, a network of %s serves the handset", f.Client.Country, f.Location.Country)
	},
}

// sovereign is the country whose numbers, networks and addresses a territory
// shares.
var sovereign = map[string]string{
	"GG": "GB", "JE": "GB", "IM": "GB",
	"PR": "US", "VI": "US", "GU": "US", "AS": "US", "MP": "US",
	"GP": "FR", "MQ": "FR", "GF": "FR", "RE": "FR", "YT": "FR", "BL": "FR", "MF": "FR", "PM": "FR", "NC": "FR", "PF": "FR", "WF": "FR",
	"AX": "FI", "SJ": "NO", "CX": "AU", "CC": "AU", "NF": "AU", "VA": "IT", "SM": "IT", "EH": "MA",
	"BQ": "NL", "CW": "NL", "SX": "NL", "AW": "NL", "GL": "DK", "FO": "DK",
}

// sameCountry says that two countries cannot be told apart by where a network
// is registered.
func sameCountry(a, b string) bool {
	if s, ok := sovereign[a]; ok {
		a = s
	}
	if s, ok := sovereign[b]; ok {
		b = s
	}
	return a == b
}
