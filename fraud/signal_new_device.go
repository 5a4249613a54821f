package fraud

// newDevice sees an account, or a number, that had proved itself asked for from
// another device.
var newDevice = &Signal{
	Code: "NEW_DEVICE", Group: groupClient, Description: "the account or number was verified before with another device of the client",
	flag:     func(f *Facts) float64 { return when(f.otherDevice()) },
	evidence: told("another device than the one verified before"),
}

// otherDevice says that the account or the number had proved itself with
// another device than the request's.
func (f *Facts) otherDevice() bool {
	known := f.History.Verified > 0 && f.Client.HasDevice && !f.History.SameDevice
	return f.Velocity.Account.OtherDevice || known && !f.Velocity.Account.SameDevice
}
