package fraud

import "time"

// imeiAlone is what a new handset weighs when the SIM stayed the same: people
// buy phones, thieves of numbers bring another phone and another SIM.
const imeiAlone = 0.4

var deviceIMEI = &Signal{
	Code: "DEVICE_IMEI_CHANGED", Group: groupSubscriber, Description: "the network names another handset (IMEI); less when the SIM stayed the same",
	aged: func(f *Facts) (time.Duration, bool) { return f.Device.IMEI.aged() },
	flag: func(f *Facts) float64 {
		if f.SIM.IMSI.Changed || f.SIM.ICCID.Changed {
			return 1
		}
		return imeiAlone
	},
	evidence: func(f *Facts) string {
		if f.SIM.IMSI.Changed || f.SIM.ICCID.Changed {
			return "handset (IMEI) changed " + f.Device.IMEI.between() + ", and the SIM as well"
		}
		return "handset (IMEI) changed " + f.Device.IMEI.between() + ", with the same SIM"
	},
}
