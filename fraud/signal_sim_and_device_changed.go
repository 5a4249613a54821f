package fraud

// simAndDevice is a new SIM asked for from a device that the account has never
// proved itself with: whoever swaps a SIM has both.
var simAndDevice = &Signal{
	Code: "SIM_AND_DEVICE_CHANGED", Group: groupSubscriber, Description: "the SIM changed, and the request comes from another device than the one verified before",
	flag:     func(f *Facts) float64 { return when(f.simChange().Changed && f.otherDevice()) },
	evidence: told("the SIM and the client's device are both others than before"),
}
