package replay

import "time"

// Kind is what an event tells of.
type Kind uint8

const (
	UnknownEvent Kind = iota // of a word that is not known: tolerated, and skipped
	SendEvent
	CheckEvent
	ReceiptEvent
	IdentityEvent
	kinds
)

var kindNames = [kinds]string{"other", "send", "check", "receipt", "identity"}

func (k Kind) String() string { return kindNames[k] }

// Tri is a fact that may not be told.
type Tri uint8

const (
	NotTold Tri = iota
	No
	Yes
)

// Event is one line. Texts borrow from the line: they are good until the next
// one is read. What a line leaves out is empty, zero or NotTold.
type Event struct {
	Line int64 // in the file, from 1
	Kind Kind
	At   time.Time // UTC

	ID, To, Tenant, Purpose, Account, Label []byte
	Result, Carrier                         []byte
	Context                                 Context
	Factor                                  []byte // of an assurance
	VerifiedAt                              time.Time
	Record                                  Record

	prepared prepared

	Undated bool  // its time is missing or none: Clock gives it one
	has     uint8 // the required fields that were there
}

// Context is where the end user's request came from, as in the API.
type Context struct {
	IP, Device, Agent, JA4 []byte
	ASN                    uint32
	HasClaim               bool
	Claim                  Claim
}

// Claim is what the tenant's app read from the handset.
type Claim struct {
	IMSI, ICCID, IMEI []byte
	LAC, CID          uint32
}

// Record is all that the network would answer of a number.
type Record struct {
	IMSI, ICCID, IMEI, VLR, PLMN, Home []byte
	LineType                           []byte
	LAC, CID                           uint32
	Place                              bool // LAC or CID was told
	PortedAt, RecycledAt               time.Time
	Ported                             Tri
	Roaming, Reachable, Forwarding     Tri
	Absent                             bool
}
