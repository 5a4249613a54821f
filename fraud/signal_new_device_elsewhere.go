package fraud

// elsewhereAnew is newDevice and newSystem at once: somebody else, or the same
// person on a journey with a new phone.
var elsewhereAnew = &Signal{
	Code: "NEW_DEVICE_ELSEWHERE", Group: groupClient, Description: "NEW_DEVICE and NEW_SYSTEM at once",
	flag:     func(f *Facts) float64 { return when(f.otherDevice() && f.elsewhere()) },
	evidence: told("another device, in another network, than the ones verified before"),
}
