package hlr

import (
	"time"

	"tollgate/hlr/subscriber"
)

// SIM is the SIM that an answer named, in a form fit to be kept.
type SIM struct {
	IMSI, ICCID subscriber.Hash
	Change      LastChange
	SeenAt      time.Time // when the lookup of the answer began
}

// Fingerprint is the SIM that an answer names, with hashes under the newest
// key. What is not known is zero.
func Fingerprint(a *Answer, hasher Hasher) SIM {
	s := SIM{Change: a.SIMChange, SeenAt: a.IdentityAt}
	if a.IMSI != "" {
		s.IMSI = hasher.Hash(kindIMSI, a.IMSI)
	}
	if a.ICCID != "" {
		s.ICCID = hasher.Hash(kindICCID, plainICCID(a.ICCID))
	}
	return s
}

// Known says that there is something to compare.
func (s *SIM) Known() bool { return !s.IMSI.IsZero() || !s.ICCID.IsZero() || s.Change.Told() }

// SameSIM compares an answer with a Fingerprint taken earlier, under whatever
// key that was. An absent subscriber is never the same: what is sent now may
// wait for the next SIM. What one side lacks is not compared; when nothing is
// left to compare, known is false.
func SameSIM(saw SIM, a *Answer, hasher Hasher) (same, known bool) {
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
	compare(saw.IMSI, kindIMSI, a.IMSI)
	compare(saw.ICCID, kindICCID, plainICCID(a.ICCID))
	if unchanged, told := a.SIMChange.since(saw.Change, saw.SeenAt); told {
		known = true
		same = same && unchanged
	}
	return same && known, known
}
