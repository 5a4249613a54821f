package fraud

import "time"

// recycled is a number that another person got since it was verified.
var recycled = &Signal{
	Code: "RECYCLED", Group: groupSubscriber, Description: "the number was given to another person since it was verified",
	aged:     func(f *Facts) (time.Duration, bool) { return f.SIM.Recycled.aged() },
	evidence: func(f *Facts) string { return "the number was given to another person " + f.SIM.Recycled.between() },
}
