package fraud

import "time"

// deviceIMEI is another handset than before. With the same SIM it is mostly a
// new phone.
var deviceIMEI = &Signal{
	Code: "DEVICE_IMEI_CHANGED", Group: groupSubscriber, Description: "the network names another handset (IMEI), or dates its change; less when the SIM stayed the same",
	aged: func(f *Facts) (time.Duration, bool) { return f.Device.IMEI.fresher(f.Device.Dated).aged() },
	flag: func(f *Facts) float64 {
		if f.simChange().Changed {
			return 1
		}
		return imeiAlone
	},
	evidence: func(f *Facts) string {
		changed := "handset (IMEI) changed " + f.Device.IMEI.between()
		if f.Device.IMEI.fresher(f.Device.Dated) != f.Device.IMEI {
			changed = "the network dates a change of the handset " + f.Device.Dated.between()
		}
		if f.simChange().Changed {
			return changed + ", and the SIM as well"
		}
		return changed + ", with the same SIM"
	},
}

// imeiAlone is what a new handset weighs when the SIM stayed the same: people
// buy phones, thieves of numbers bring another phone and another SIM.
const imeiAlone = 0.4
