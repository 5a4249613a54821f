package receipt

import (
	"time"

	"tollgate/smpp/pdu"
)

// parseDate reads the digits of a date: YYMMDDhhmm, with seconds (12), with the
// century as well (14), or the 16 octets of SMPP 3.4 §7.1.1. Anything else is
// the zero time: a date that cannot be read must not cost the receipt.
func parseDate(b []byte, zone *time.Location) time.Time {
	if len(b) == 16 {
		t, err := pdu.ParseTime(string(b), time.Time{})
		if err != nil || b[15] == 'R' {
			return time.Time{}
		}
		return t
	}
	century := 2000
	if len(b) == 14 {
		century = 100 * pair(b)
		b = b[2:]
	}
	if len(b) != 10 && len(b) != 12 {
		return time.Time{}
	}
	var n [6]int
	for i := 0; 2*i < len(b); i++ {
		n[i] = pair(b[2*i:])
		if n[i] < 0 {
			return time.Time{}
		}
	}
	t := time.Date(century+n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, zone)
	if century < 0 || t.Month() != time.Month(n[1]) || t.Day() != n[2] || n[3] > 23 || n[4] > 59 || n[5] > 60 {
		return time.Time{}
	}
	return t
}

// pair reads two digits, -1 when they are none.
func pair(b []byte) int {
	hi, lo := b[0]-'0', b[1]-'0'
	if hi > 9 || lo > 9 {
		return -1
	}
	return int(hi)*10 + int(lo)
}
