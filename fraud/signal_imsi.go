package fraud

import "time"

// simIMSI is another SIM behind the number than the one of record: a swap, or
// an honest replacement.
var simIMSI = &Signal{
	Code: "SIM_IMSI_CHANGED", Group: groupSubscriber, Description: "the network names another SIM (IMSI) than the one of record",
	aged:     func(f *Facts) (time.Duration, bool) { return f.SIM.IMSI.aged() },
	evidence: func(f *Facts) string { return "SIM (IMSI) changed " + f.SIM.IMSI.between() },
}
