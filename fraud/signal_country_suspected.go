package fraud

// countrySuspected remembers a campaign whose next number lies in another
// range, but mostly in the same country.
var countrySuspected = suspectedSignal("COUNTRY_SUSPECTED", "the tenant's sends to the number's country",
	"to this country", func(s *Suspects) float64 { return s.Country })
