package fraud

import "fmt"

// countrySurge sees more sends to a country than the tenant is used to.
var countrySurge = &Signal{
	Code: "COUNTRY_SURGE", Group: groupStream, Description: "part of the tenant's latest sends to the country that is more than usual",
	ramp: func(f *Facts) float64 { return f.Velocity.CountryExcess },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the latest sends to this country are more than usual", 100*f.Velocity.CountryExcess)
	},
}
