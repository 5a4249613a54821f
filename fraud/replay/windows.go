package replay

import (
	"net/netip"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Windows counts sends and learns from their outcomes.
type Windows interface {
	// Send counts a send, refused ones too, and reads what that makes.
	Send(s *Send, out *fraud.Velocity)
	// Await says that a send was allowed: its outcome is awaited. suspect is
	// the decision's score.
	Await(s *Send, suspect float64)
	Check(c *Check)
	Receipt(r *Receipt)
}

// Send is one send to count. Identifiers are hashes, 0 for none.
type Send struct {
	ID                 uint64
	At                 time.Time
	Tenant, Purpose    string
	To                 subscriber.MSISDN
	Region             string
	Network            string // that serves the number, else that it was first given to
	Account            uint64
	IP                 netip.Addr
	Device, JA4, Agent uint64
	ASN                uint32
	Datacentre         bool
}

// Result is how a code was typed in.
type Result uint8

const (
	Approved Result = iota + 1
	Wrong
	Expired
)

// Check is a code that was typed in.
type Check struct {
	ID     uint64
	At     time.Time
	Result Result
	IP     netip.Addr
	Device uint64
	ASN    uint32
}

// ReceiptResult is what the carrier says of a message.
type ReceiptResult uint8

const (
	ReceiptDelivered ReceiptResult = iota + 1
	ReceiptUndelivered
	ReceiptExpired
	ReceiptRejected
)

// Receipt is a carrier's word.
type Receipt struct {
	ID      uint64
	At      time.Time
	Result  ReceiptResult
	Carrier string
}

func checkResult(word []byte) Result {
	switch string(word) {
	case "approved":
		return Approved
	case "wrong":
		return Wrong
	case "expired":
		return Expired
	}
	return 0
}

func receiptResult(word []byte) ReceiptResult {
	switch string(word) {
	case "delivered":
		return ReceiptDelivered
	case "undelivered":
		return ReceiptUndelivered
	case "expired":
		return ReceiptExpired
	case "rejected":
		return ReceiptRejected
	}
	return 0
}
