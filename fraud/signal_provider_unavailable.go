package fraud

// providerUnavailable is an identity that was asked for and did not come. It
// is never taken for an unchanged one.
var providerUnavailable = &Signal{
	Code: "PROVIDER_UNAVAILABLE", Group: groupData, Description: "the SIM's identity was asked for and did not come",
	flag:     func(f *Facts) float64 { return when(f.Lookup.Identity == Unknown && !f.Lookup.Absent) },
	evidence: told("no provider told the SIM's identity in time: whether it changed is not known"),
}
