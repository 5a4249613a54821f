package fraud

// newcomer is who has not proved anything yet. Most are honest; but all of an
// attack's numbers are, so that they rank above people who come again.
var newcomer = &Signal{
	Code: "NEWCOMER", Group: groupHistory, Description: "neither the number nor the account was verified before for this tenant",
	flag:     func(f *Facts) float64 { return when(f.newcomer()) },
	evidence: told("not verified before"),
}

// newcomer says that neither number nor account has proved anything yet.
func (f *Facts) newcomer() bool { return f.History.Verified == 0 && f.Velocity.Account.Approved == 0 }
