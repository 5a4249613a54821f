package fraud

// newSystem sees a proven account asked for from another operator's network.
var newSystem = &Signal{
	Code: "NEW_SYSTEM", Group: groupClient, Description: "the account was verified before from another autonomous system and network",
	flag:     func(f *Facts) float64 { return when(f.elsewhere()) },
	evidence: told("another network than the one verified from before"),
}

// elsewhere says that the account had proved itself in another autonomous system.
func (f *Facts) elsewhere() bool {
	return f.Velocity.Account.OtherSystem && f.Velocity.Account.OtherNet
}
