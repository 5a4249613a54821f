// Package subscriber holds the words that every other package shares about a
// mobile subscriber: the number, the SIM, the handset and the network. It
// imports nothing but the standard library, so that smpp, fraud, hlr and
// gateway can speak of the same subscriber without knowing each other.
package subscriber

import "fmt"

// MSISDN is a subscriber's number in E.164 with its leading plus, as in
// "+491701234567". Whatever a client sends is normalised to this form once, by
// fraud/numbering; every other package takes it as given.
type MSISDN string

// Digits returns the number without its plus, the form that SMPP addresses
// (TON 1, NPI 1) and HLR queries use.
func (n MSISDN) Digits() string {
	if len(n) > 0 && n[0] == '+' {
		return string(n[1:])
	}
	return string(n)
}

// Masked hides all but the first five and the last two digits, the only form
// in which a number may stand in a log.
func (n MSISDN) Masked() string {
	if len(n) < 9 {
		return "***"
	}
	return string(n[:6]) + "***" + string(n[len(n)-2:])
}

// Range returns the number without its last n digits, or the whole number
// when it is shorter than that.
func (n MSISDN) Range(last int) string {
	if len(n) <= last+1 {
		return string(n)
	}
	return string(n[:len(n)-last])
}

// PLMN names a mobile network: the three digits of its MCC and the two or
// three of its MNC, joined, as in "26201" (ITU-T E.212).
type PLMN string

// MCC returns the country part of the PLMN, or "" when it is too short.
func (p PLMN) MCC() string {
	if len(p) < 3 {
		return ""
	}
	return string(p[:3])
}

// Identity is what one source says of a subscriber at one moment. An empty or
// zero field was not told. It holds identifiers in clear: it lives in memory
// only and is never logged or stored; what is kept of it are Hashes.
type Identity struct {
	IMSI  string // 6 to 15 digits (3GPP TS 23.003 §2.2)
	ICCID string // 18 to 20 digits (ITU-T E.118)
	IMEI  string // 14 to 16 digits (3GPP TS 23.003 §6.2)
	LAC   uint32 // location or tracking area code
	CID   uint32 // cell identity inside the area
	VLR   string // global title or name of the serving VLR/MSC
	PLMN  PLMN   // the network that serves the subscriber now
}

// String keeps identities out of logs and panics.
func (Identity) String() string { return "subscriber.Identity(hidden)" }

// Hash is a keyed hash of one identifier, together with the id of its key, so
// that a rotation of keys never looks like another SIM. The zero Hash stands
// for an identifier that was not told.
type Hash struct {
	Key uint32
	Sum [16]byte
}

// IsZero says that no identifier stands behind the hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// String prints the key's id and the first octets, enough to tell two apart.
func (h Hash) String() string {
	if h.IsZero() {
		return "-"
	}
	return fmt.Sprintf("k%d:%x", h.Key, h.Sum[:4])
}
