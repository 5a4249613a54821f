package fraud

import "fmt"

// accountNumbers and numberAccounts catch one account that collects numbers,
// and one number that opens accounts.
var (
	accountNumbers = &Signal{
		Code: "ACCOUNT_NUMBERS", Group: groupVelocity, Description: "different numbers asked for by one account",
		ramp: func(f *Facts) float64 { return f.Velocity.AccountNumbers },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("this account asked for %.0f different numbers", f.Velocity.AccountNumbers)
		},
	}
	numberAccounts = &Signal{
		Code: "NUMBER_ACCOUNTS", Group: groupVelocity, Description: "different accounts that asked for one number",
		ramp: func(f *Facts) float64 { return f.Velocity.NumberAccounts },
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f accounts asked for this number", f.Velocity.NumberAccounts)
		},
	}
)

// numberDevices sees one number asked for from ever other devices: its owner
// has one or two, who guesses its codes or talks them out of the owner, many.
var numberDevices = &Signal{
	Code: "NUMBER_DEVICES", Group: groupVelocity, Description: "different devices that asked for one number within a day or so",
	ramp: func(f *Facts) float64 { return f.Velocity.NumberDevices },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("%.0f devices asked for this number", f.Velocity.NumberDevices)
	},
}

// newDevice and newSystem see an account, or a number, that had proved itself
// asked for from elsewhere.
var (
	newDevice = &Signal{
		Code: "NEW_DEVICE", Group: groupClient, Description: "the account or number was verified before with another device of the client",
		flag:     func(f *Facts) float64 { return when(f.otherDevice()) },
		evidence: told("another device than the one verified before"),
	}
	newSystem = &Signal{
		Code: "NEW_SYSTEM", Group: groupClient, Description: "the account was verified before from another autonomous system and network",
		flag:     func(f *Facts) float64 { return when(f.elsewhere()) },
		evidence: told("another network than the one verified from before"),
	}
	// elsewhereAnew is both at once: somebody else, or the same person on a
	// journey with a new phone.
	elsewhereAnew = &Signal{
		Code: "NEW_DEVICE_ELSEWHERE", Group: groupClient, Description: "NEW_DEVICE and NEW_SYSTEM at once",
		flag:     func(f *Facts) float64 { return when(f.otherDevice() && f.elsewhere()) },
		evidence: told("another device, in another network, than the ones verified before"),
	}
)

// otherDevice says that the account or the number had proved itself with
// another device than the request's.
func (f *Facts) otherDevice() bool {
	known := f.History.Verified > 0 && f.Client.HasDevice && !f.History.SameDevice
	return f.Velocity.Account.OtherDevice || known && !f.Velocity.Account.SameDevice
}

// elsewhere says that the account had proved itself in another autonomous system.
func (f *Facts) elsewhere() bool {
	return f.Velocity.Account.OtherSystem && f.Velocity.Account.OtherNet
}

// newcomer is who has not proved anything yet. Most are honest; but all of an
// attack's numbers are, so that they rank above people who come again.
var newcomer = &Signal{
	Code: "NEWCOMER", Group: groupHistory, Description: "neither the number nor the account was verified before for this tenant",
	flag:     func(f *Facts) float64 { return when(f.newcomer()) },
	evidence: told("not verified before"),
}

// verifiedBefore and knownAccount speak for whoever comes again; how much they
// say with a changed SIM is the policy's to weigh.
var (
	verifiedBefore = &Signal{
		Code: "VERIFIED_BEFORE", Group: groupHistory, Description: "the number was verified before for this tenant, and neither its SIM nor the client's device is another one",
		flag: func(f *Facts) float64 {
			return when(f.History.Verified > 0 && !f.simChange().Changed && !f.otherDevice() && !f.recycled())
		},
		evidence: func(f *Facts) string { return fmt.Sprintf("verified %d times", f.History.Verified) },
	}
	knownAccount = &Signal{
		Code: "KNOWN_ACCOUNT", Group: groupHistory, Description: "the account was verified before with this number and device",
		flag: func(f *Facts) float64 {
			a := &f.Velocity.Account
			return when(a.Approved > 0 && a.SameDevice && a.SameNumber && !f.recycled())
		},
		evidence: func(f *Facts) string {
			return fmt.Sprintf("this account was verified %d times, last with this number and device", f.Velocity.Account.Approved)
		},
	}
)
