package fraud

import "time"

// simICCID is another card behind the number; with the same IMSI it is an
// eSIM moved or a card reissued.
var simICCID = &Signal{
	Code: "SIM_ICCID_CHANGED", Group: groupSubscriber, Description: "the network names another SIM card (ICCID) than the one of record",
	aged:     func(f *Facts) (time.Duration, bool) { return f.SIM.ICCID.aged() },
	evidence: func(f *Facts) string { return "SIM card (ICCID) changed " + f.SIM.ICCID.between() },
}
