package fraud

import "fmt"

// countryConversion is systemConversion of a country, but for outages.
var countryConversion = &Signal{
	Code: "COUNTRY_CONVERSION", Group: groupStream, Description: "part of the expected approvals that is missing at the tenant's sends to the country",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.stream(f.Velocity.Outcomes.Country) },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected in this country are missing", 100*f.Velocity.Outcomes.Country)
	},
}

// stream is what a country's or network's stream misses, unless its messages
// fail at large: then nobody is to blame.
func (o *Outcomes) stream(missing float64) float64 {
	if o.Outage {
		return 0
	}
	return missing
}
