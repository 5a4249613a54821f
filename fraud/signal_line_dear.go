package fraud

// lineDear is a number that costs many times the usual to reach: who asks for a
// code to it may share the fee.
var lineDear = &Signal{
	Code: "LINE_DEAR", Group: groupLine, Description: "the number is of a satellite, global or premium range that is dear to reach (IRSF)",
	flag:     func(f *Facts) float64 { return when(f.Number.Dear != "") },
	evidence: func(f *Facts) string { return "dear to reach: " + f.Number.Dear },
}
