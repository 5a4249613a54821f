package fraud

import (
	"fmt"
	"time"
)

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

// simInterval speaks for a changed SIM whose number was not seen for long: an
// attacker asks at once, and honest changes have had all that time to happen.
var simInterval = &Signal{
	Code: "SIM_CHANGED_SOME_TIME", Group: groupSubscriber, Description: "days within which the SIM may have changed: an attacker's has changed just before",
	ramp: func(f *Facts) float64 {
		a := f.simChange()
		if !a.Changed {
			return 0
		}
		return (a.Max - a.Min).Hours() / 24
	},
	evidence: func(f *Facts) string {
		a := f.simChange()
		return fmt.Sprintf("the SIM changed at some time within %s", span(a.Max-a.Min))
	},
}

// simAndDevice is a new SIM asked for from a device that the account has never
// proved itself with: whoever swaps a SIM has both.
var simAndDevice = &Signal{
	Code: "SIM_AND_DEVICE_CHANGED", Group: groupSubscriber, Description: "the SIM changed, and the request comes from another device than the one verified before",
	flag:     func(f *Facts) float64 { return when(f.simChange().Changed && f.otherDevice()) },
	evidence: told("the SIM and the client's device are both others than before"),
}
