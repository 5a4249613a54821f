package pdu

import "strings"

// Address is an SME address with its type of number (§5.2.5) and numbering plan
// indicator (§5.2.6).
type Address struct {
	TON, NPI byte
	Addr     string // at most 20 octets; 64 in data_sm and alert_notification
}

// Types of number (§5.2.5).
const (
	TONUnknown       = 0
	TONInternational = 1
	TONNational      = 2
	TONNetwork       = 3 // network specific; short codes at many carriers
	TONSubscriber    = 4
	TONAlphanumeric  = 5
	TONAbbreviated   = 6
)

// Numbering plan indicators (§5.2.6).
const (
	NPIUnknown = 0
	NPIISDN    = 1 // E.163/E.164
	NPIData    = 3 // X.121
	NPITelex   = 4
	NPIMobile  = 6 // E.212
	NPINation  = 8
	NPIPrivate = 9
)

func (a Address) clone() Address {
	a.Addr = strings.Clone(a.Addr)
	return a
}
