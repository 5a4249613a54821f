package fraud

// unreachable is a handset that is off or out of coverage. It is nobody's
// fault; it explains a late delivery.
var unreachable = &Signal{
	Code: "UNREACHABLE", Group: groupSubscriber, Description: "the handset is switched off or out of coverage",
	flag:     func(f *Facts) float64 { return when(f.Location.Unreachable) },
	evidence: told("the handset is switched off or out of coverage"),
}
