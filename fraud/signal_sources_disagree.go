package fraud

// sourcesDisagree is two sources that contradict each other. One of them is
// wrong, stale or misled, and which one cannot be known from here.
var sourcesDisagree = &Signal{
	Code: "SOURCES_DISAGREE", Group: groupData, Description: "two sources of subscriber facts contradict each other",
	flag:     func(f *Facts) float64 { return when(f.Lookup.Disputed != "") },
	evidence: func(f *Facts) string { return "sources contradict each other on " + f.Lookup.Disputed },
}
