package record

import (
	"time"

	"tollgate/fraud"
)

// The words of Line.Event. Replay acts on the first four and passes the others.
const (
	Send     = "send"
	Check    = "check"
	Receipt  = "receipt"
	Identity = "identity"
	Label    = "label"    // a person's word on a send, or on the sends of a review
	Review   = "review"   // the review that a send opened or met
	Decision = "decision" // what was decided of a send, with its facts
)

var events = []string{Send, Check, Receipt, Identity, Label, Review, Decision}

// Line is one event, in the words of DESIGN.md, section Replay.
type Line struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`
	ID    string    `json:"id,omitempty"`

	To        string     `json:"to,omitempty"`
	Tenant    string     `json:"tenant,omitempty"`
	Purpose   string     `json:"purpose,omitempty"`
	AccountID string     `json:"account_id,omitempty"`
	Context   *Context   `json:"context,omitempty"`
	Assurance *Assurance `json:"assurance,omitempty"`
	Label     string     `json:"label,omitempty"`
	Note      string     `json:"note,omitempty"` // of whoever gave the label

	Result  string `json:"result,omitempty"`
	Carrier string `json:"carrier,omitempty"`
	Error   string `json:"error,omitempty"`

	*Network

	Review  string   `json:"review,omitempty"`
	Decided *Decided `json:"decided,omitempty"`
}

// Context is where the end user's request came from.
type Context struct {
	IP        string  `json:"ip,omitempty"`
	DeviceID  string  `json:"device_id,omitempty"`
	UserAgent string  `json:"user_agent,omitempty"`
	JA4       string  `json:"ja4,omitempty"`
	ASN       uint32  `json:"asn,omitempty"`
	Device    *Claims `json:"device,omitempty"`
}

// Claims is what the tenant's app read from the handset.
type Claims struct {
	IMSI  string `json:"imsi,omitempty"`
	ICCID string `json:"iccid,omitempty"`
	IMEI  string `json:"imei,omitempty"`
	LAC   uint32 `json:"lac,omitempty"`
	CID   uint32 `json:"cid,omitempty"`
}

// Assurance is proof that the caller took.
type Assurance struct {
	Factor     string    `json:"factor"`
	VerifiedAt time.Time `json:"verified_at"`
}

// Network is all that the network answers of a number.
type Network struct {
	IMSI           string    `json:"imsi,omitempty"`
	ICCID          string    `json:"iccid,omitempty"`
	IMEI           string    `json:"imei,omitempty"`
	LAC            *uint32   `json:"lac,omitempty"`
	CID            *uint32   `json:"cid,omitempty"`
	VLR            string    `json:"vlr,omitempty"`
	MCCMNC         string    `json:"mccmnc,omitempty"`
	Home           string    `json:"home_mccmnc,omitempty"`
	Ported         *bool     `json:"ported,omitempty"`
	PortedAt       time.Time `json:"ported_at,omitzero"`
	LineType       string    `json:"line_type,omitempty"`
	Roaming        *bool     `json:"roaming,omitempty"`
	Reachable      *bool     `json:"reachable,omitempty"`
	CallForwarding *bool     `json:"call_forwarding,omitempty"`
	RecycledAt     time.Time `json:"recycled_at,omitzero"`
	Absent         bool      `json:"absent,omitempty"`
}

// Decided is a decision, with what it takes to make it again.
type Decided struct {
	Decision fraud.Decision `json:"decision"`
	Facts    []byte         `json:"facts"` // fraud.DecodeFacts
}

// hide puts keyed pseudonyms in the place of identities. What the line points
// at may be shared with the gateway, and is copied.
func (l *Line) hide(h hasher) {
	if c := l.Context; c != nil && (c.DeviceID != "" || c.Device != nil) {
		own := *c
		own.DeviceID = h.name("device", c.DeviceID)
		if c.Device != nil {
			d := *c.Device
			d.IMSI, d.ICCID, d.IMEI = h.name("imsi", d.IMSI), h.name("iccid", d.ICCID), h.name("imei", d.IMEI)
			own.Device = &d
		}
		l.Context = &own
	}
	if n := l.Network; n != nil {
		own := *n
		own.IMSI, own.ICCID, own.IMEI = h.name("imsi", n.IMSI), h.name("iccid", n.ICCID), h.name("imei", n.IMEI)
		l.Network = &own
	}
}
