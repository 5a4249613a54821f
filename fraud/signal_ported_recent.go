package fraud

import "time"

// portedRecent is a number that lately moved to another network: a port-out is
// the other way to steal a number.
var portedRecent = &Signal{
	Code: "PORTED_RECENT", Group: groupSubscriber, Description: "the number lately moved to another network",
	aged:     func(f *Facts) (time.Duration, bool) { return f.Porting.Since, f.Porting.Ported && f.Porting.Dated },
	evidence: func(f *Facts) string { return "ported to another network " + span(f.Porting.Since) + " ago" },
}
