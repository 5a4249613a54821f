package pdu

// ReplaceSM replaces a message that was not delivered yet (§4.10.1). Its
// response is a header only.
type ReplaceSM struct {
	MessageID            string // at most 64 octets
	Source               Address
	ScheduleDeliveryTime string // §7.1.1
	ValidityPeriod       string // §7.1.1
	RegisteredDelivery   byte
	SMDefaultMsgID       byte
	ShortMessage         []byte // at most 254 octets
}

// CommandID returns ReplaceSMID.
func (*ReplaceSM) CommandID() CommandID { return ReplaceSMID }

// String keeps the text out of logs.
func (p *ReplaceSM) String() string { return "pdu.ReplaceSM(hidden)" }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *ReplaceSM) Decode(body []byte) error { return decode(p, body) }

func (p *ReplaceSM) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageID, p.MessageID)
	w.address(&fSourceAddr, &p.Source)
	w.cString(&fSchedule, p.ScheduleDeliveryTime)
	w.cString(&fValidity, p.ValidityPeriod)
	w.octet(p.RegisteredDelivery)
	w.octet(p.SMDefaultMsgID)
	w.octets(&fShortMessage, p.ShortMessage)
	return w.b, w.err
}

func (p *ReplaceSM) decodeBody(r *reader) error {
	r.cString(&fMessageID, &p.MessageID)
	r.address(&fSourceAddr, &p.Source)
	r.cString(&fSchedule, &p.ScheduleDeliveryTime)
	r.cString(&fValidity, &p.ValidityPeriod)
	p.RegisteredDelivery = r.octet("registered_delivery")
	p.SMDefaultMsgID = r.octet("sm_default_msg_id")
	p.ShortMessage = r.octets(&fShortMessage)
	return r.end()
}
