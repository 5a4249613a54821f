package fraud

import "time"

// recycled is a number that another person got since it was verified.
var recycled = &Signal{
	Code: "RECYCLED", Group: groupSubscriber, Description: "the number was given to another person since it was verified",
	aged:     func(f *Facts) (time.Duration, bool) { return f.SIM.Recycled.aged() },
	evidence: func(f *Facts) string { return "the number was given to another person " + f.SIM.Recycled.between() },
}

// recycled says that whoever typed codes in before is not who has the number now.
func (f *Facts) recycled() bool {
	_, since := f.SIM.Recycled.aged()
	return since
}
