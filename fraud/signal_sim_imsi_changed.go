package fraud

import "time"

// simIMSI is another SIM behind the number: than the one of record, or by the
// date that the network gives the change, whichever is the younger. It is a
// swap, or an honest replacement.
var simIMSI = &Signal{
	Code: "SIM_IMSI_CHANGED", Group: groupSubscriber, Description: "the network names another SIM (IMSI) than the one of record, or dates its change",
	aged: func(f *Facts) (time.Duration, bool) { return f.SIM.IMSI.fresher(f.SIM.Dated).aged() },
	evidence: func(f *Facts) string {
		if a := f.SIM.IMSI.fresher(f.SIM.Dated); a == f.SIM.IMSI {
			return "SIM (IMSI) changed " + a.between()
		}
		return "the network dates a change of the SIM " + f.SIM.Dated.between()
	},
}

// simChange is the freshest of the changes of IMSI and ICCID, seen or told.
func (f *Facts) simChange() Age { return f.SIM.IMSI.fresher(f.SIM.ICCID).fresher(f.SIM.Dated) }
