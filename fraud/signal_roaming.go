package fraud

// roaming is a SIM that another network than its own serves.
var roaming = &Signal{
	Code: "ROAMING", Group: groupCarrier, Description: "another network than its own serves the SIM",
	flag:     func(f *Facts) float64 { return when(f.Location.Roaming) },
	evidence: told("the SIM is roaming"),
}
