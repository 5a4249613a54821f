package fraud

import "time"

// networkChanged is another serving network, by roaming or by a port.
var networkChanged = &Signal{
	Code: "NETWORK_CHANGED", Group: groupSubscriber, Description: "another network serves the handset than before",
	aged:     func(f *Facts) (time.Duration, bool) { return f.Location.Network.aged() },
	evidence: func(f *Facts) string { return "serving network changed " + f.Location.Network.between() },
}
