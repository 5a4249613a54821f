package fraud

import "fmt"

// wrongCodes catches the guessing of codes.
var wrongCodes = &Signal{
	Code: "WRONG_CODES", Group: groupVelocity, Description: "wrong codes within an hour for the number or account, or from the device or address",
	ramp:     func(f *Facts) float64 { return f.Velocity.Wrong },
	evidence: func(f *Facts) string { return fmt.Sprintf("%.0f wrong codes in an hour", f.Velocity.Wrong) },
}
