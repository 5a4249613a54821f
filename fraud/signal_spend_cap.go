package fraud

// spendCap is a send that a spend cap has no room for.
var spendCap = &Signal{
	Code: "SPEND_CAP", Group: groupControls, Description: "a spend cap of the tenant or the destination has no room for this send",
	flag:     func(f *Facts) float64 { return when(f.Spend.Used > 1) },
	evidence: func(f *Facts) string { return f.Spend.words() },
}
