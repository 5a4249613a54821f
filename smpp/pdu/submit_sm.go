package pdu

import (
	"bytes"
	"strings"
)

// SubmitSM sends a message to one destination (§4.4.1).
type SubmitSM struct {
	ServiceType          string // at most 5 octets
	Source, Dest         Address
	ESMClass             byte // §5.2.12
	ProtocolID           byte
	PriorityFlag         byte
	ScheduleDeliveryTime string // §7.1.1, empty for now
	ValidityPeriod       string // §7.1.1, empty for the SMSC's default
	RegisteredDelivery   byte   // §5.2.17
	ReplaceIfPresent     byte
	DataCoding           byte // §5.2.19
	SMDefaultMsgID       byte
	ShortMessage         []byte // at most 254 octets, with the user data header
	TLVs                 TLVs
}

// Bits of esm_class (§5.2.12) and of registered_delivery (§5.2.17).
const (
	ESMClassReceipt      = 0x04 // deliver_sm: an SMSC delivery receipt
	ESMClassDeliveryAck  = 0x08 // deliver_sm: the handset's acknowledgement
	ESMClassUserAck      = 0x10
	ESMClassIntermediate = 0x20 // deliver_sm: an intermediate notification
	ESMClassUDHI         = 0x40 // the message starts with a user data header
	ESMClassReplyPath    = 0x80

	RegisteredReceipt      = 0x01 // success or failure
	RegisteredFailure      = 0x02 // failure only
	RegisteredIntermediate = 0x10
)

// CommandID returns SubmitSMID.
func (*SubmitSM) CommandID() CommandID { return SubmitSMID }

// String keeps the text and the numbers out of logs.
func (p *SubmitSM) String() string { return "pdu.SubmitSM(hidden)" }

// Decode reads a body alone into p, whose arrays are used again. It copies
// strings and borrows the rest, like the package's Decode; a string that is
// already in p is not copied again.
func (p *SubmitSM) Decode(body []byte) error {
	r := reader{b: body, cmd: SubmitSMID}
	return p.decodeBody(&r)
}

// DecodeBorrowed reads a body without an allocation: strings too point into
// body and change when it is written to. Clone what must live longer.
func (p *SubmitSM) DecodeBorrowed(body []byte) error {
	r := reader{b: body, cmd: SubmitSMID, borrow: true}
	return p.decodeBody(&r)
}

// Clone copies the body and everything that it borrows.
func (p *SubmitSM) Clone() *SubmitSM {
	c := *p
	c.ServiceType = strings.Clone(p.ServiceType)
	c.Source, c.Dest = p.Source.clone(), p.Dest.clone()
	c.ScheduleDeliveryTime = strings.Clone(p.ScheduleDeliveryTime)
	c.ValidityPeriod = strings.Clone(p.ValidityPeriod)
	c.ShortMessage = bytes.Clone(p.ShortMessage)
	c.TLVs = p.TLVs.Clone()
	return &c
}

// Message returns what the message says: short_message, or message_payload
// when that stands instead (§5.3.2.32). It borrows.
func (p *SubmitSM) Message() []byte {
	if len(p.ShortMessage) == 0 {
		if v, ok := p.TLVs.Get(TagMessagePayload); ok {
			return v
		}
	}
	return p.ShortMessage
}

func (p *SubmitSM) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fServiceType, p.ServiceType)
	w.address(&fSourceAddr, &p.Source)
	w.address(&fDestAddr, &p.Dest)
	w.b = append(w.b, p.ESMClass, p.ProtocolID, p.PriorityFlag)
	w.cString(&fSchedule, p.ScheduleDeliveryTime)
	w.cString(&fValidity, p.ValidityPeriod)
	w.b = append(w.b, p.RegisteredDelivery, p.ReplaceIfPresent, p.DataCoding, p.SMDefaultMsgID)
	w.octets(&fShortMessage, p.ShortMessage)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *SubmitSM) decodeBody(r *reader) error {
	r.cString(&fServiceType, &p.ServiceType)
	r.address(&fSourceAddr, &p.Source)
	r.address(&fDestAddr, &p.Dest)
	p.ESMClass = r.octet("esm_class")
	p.ProtocolID = r.octet("protocol_id")
	p.PriorityFlag = r.octet("priority_flag")
	r.cString(&fSchedule, &p.ScheduleDeliveryTime)
	r.cString(&fValidity, &p.ValidityPeriod)
	p.RegisteredDelivery = r.octet("registered_delivery")
	p.ReplaceIfPresent = r.octet("replace_if_present_flag")
	p.DataCoding = r.octet("data_coding")
	p.SMDefaultMsgID = r.octet("sm_default_msg_id")
	p.ShortMessage = r.octets(&fShortMessage)
	p.TLVs = r.tlvs(p.TLVs)
	return r.err
}
