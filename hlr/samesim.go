package hlr

import "tollgate/hlr/subscriber"

// Fingerprint is the SIM that an answer names, as hashes under the newest key.
// What is not known is zero.
func Fingerprint(a *Answer, hasher Hasher) (imsi, iccid subscriber.Hash) {
	if a.IMSI != "" {
		imsi = hasher.Hash(kindIMSI, a.IMSI)
	}
	if a.ICCID != "" {
		iccid = hasher.Hash(kindICCID, plainICCID(a.ICCID))
	}
	return imsi, iccid
}

// SameSIM compares an answer with a Fingerprint taken earlier, under whatever
// key that was. An absent subscriber is never the same: what is sent now may
// wait for the next SIM. What one side lacks is not compared; when nothing is
// left to compare, known is false.
func SameSIM(imsi, iccid subscriber.Hash, a *Answer, hasher Hasher) (same, known bool) {
	if a.Absent {
		return false, true
	}
	same = true
	compare := func(h subscriber.Hash, kind, value string) {
		if h.IsZero() || value == "" {
			return
		}
		known = true
		same = same && hasher.Matches(h, kind, value)
	}
	compare(imsi, kindIMSI, a.IMSI)
	compare(iccid, kindICCID, plainICCID(a.ICCID))
	return same && known, known
}
