package fraud

// callForwarding is unconditional forwarding, which takes spoken codes and
// call-backs to somebody else.
var callForwarding = &Signal{
	Code: "CALL_FORWARDING", Group: groupSubscriber, Description: "all calls to the number are forwarded",
	flag:     func(f *Facts) float64 { return when(f.Location.CallForwarding) },
	evidence: told("unconditional call forwarding is active"),
}
