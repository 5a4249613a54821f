package fraud

import "fmt"

// wrongCodesDay catches who guesses slowly.
var wrongCodesDay = &Signal{
	Code: "WRONG_CODES_DAY", Group: groupVelocity, Description: "wrong codes within a day for the number or account, or from the device or address",
	ramp:     func(f *Facts) float64 { return f.Velocity.WrongDay },
	evidence: func(f *Facts) string { return fmt.Sprintf("%.0f wrong codes in a day", f.Velocity.WrongDay) },
}
