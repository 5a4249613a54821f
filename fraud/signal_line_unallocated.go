package fraud

// lineUnallocated is a number that the numbering plan gives to nobody. The
// gateway refuses it anyhow; ranks matter in a replay, where those who collect
// the fee for calls that never arrive try many.
var lineUnallocated = &Signal{
	Code: "LINE_UNALLOCATED", Group: groupLine, Description: "the numbering plan gives such a number to nobody",
	flag:     func(f *Facts) float64 { return when(f.Number.Unallocated) },
	evidence: told("not a number that is in use"),
}
