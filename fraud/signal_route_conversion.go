package fraud

import "fmt"

// routeConversion speaks for a send whose route fails: codes over its carrier
// are not typed in by people who are known either, or over many unrelated
// ranges, so that what is missing in one of them blames the route.
var routeConversion = &Signal{
	Code: "ROUTE_CONVERSION", Group: groupHistory, Description: "part of the approvals that is missing at large at all sends over the country's usual carrier: the route is to blame, not the range",
	ramp: func(f *Facts) float64 { return f.Velocity.Outcomes.Route },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f %% of the approvals expected over the usual carrier are missing, over many ranges", 100*f.Velocity.Outcomes.Route)
	},
}
