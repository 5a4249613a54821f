package fraud

import "time"

// subscriberVanished is a number that the network knew and knows no more, or
// that came back with another SIM: a swap in flight, or one just done.
var subscriberVanished = &Signal{
	Code: "SUBSCRIBER_VANISHED", Group: groupSubscriber, Description: "the network stopped knowing a number it had known, now or right before its SIM changed",
	aged: func(f *Facts) (time.Duration, bool) {
		if f.SIM.Vanished {
			return 0, true
		}
		a := f.simChange()
		return a.Min, f.SIM.VanishedNew && a.Changed
	},
	evidence: func(f *Facts) string {
		if f.SIM.Vanished {
			return "the network no longer knows this number: a SIM swap may be in flight"
		}
		return "the network did not know this number before its SIM changed, " + f.simChange().between()
	},
}
