package fraud

// listedBlocked is a send that an operator's list rules out.
var listedBlocked = &Signal{
	Code: "LISTED_BLOCKED", Group: groupControls, Description: "an operator's block list names the number, address, device or account",
	flag:     func(f *Facts) float64 { return when(f.Listed.Blocked.Kind != "") },
	evidence: func(f *Facts) string { return "blocked by " + f.Listed.Blocked.words() },
}
