package receipt

import (
	"strings"

	"tollgate/smpp/pdu"
)

// addresses takes the handset and our own address. A receipt travels the other
// way, so its source is the handset; some carriers leave the addresses as they
// were in submit_sm, which shows when only the destination can be a number.
func (r *Receipt) addresses(d *pdu.DeliverSM) {
	handset, ours := &d.Source, &d.Dest
	if !isNumber(handset) && isNumber(ours) {
		handset, ours = ours, handset
	}
	r.Dest, r.Source = handset.Addr, ours.Addr
}

// numberMin is one more than the digits of the longest short code.
const numberMin = 7

// isNumber says that the address can be a handset's: digits, and too many for a
// short code.
func isNumber(a *pdu.Address) bool {
	digits := strings.TrimPrefix(a.Addr, "+")
	if a.TON == pdu.TONAlphanumeric || len(digits) < numberMin {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

// sameDigits is how many last digits make two addresses the same handset: one
// side may write the national number only.
const sameDigits = 8

// sameNumber compares two addresses of handsets by their digits, without the
// international prefix.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	a, b = bare(a), bare(b)
	n := min(len(a), len(b))
	return n > 0 && (a == b || n >= sameDigits && a[len(a)-n:] == b[len(b)-n:])
}

// bare removes the plus and leading zeros, those of a trunk or of an
// international prefix.
func bare(a string) string { return strings.TrimLeft(a, "+0") }
