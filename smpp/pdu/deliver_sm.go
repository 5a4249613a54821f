package pdu

// DeliverSM brings the ESME a message or a receipt (§4.6.1). Its fields are
// those of submit_sm; schedule_delivery_time, validity_period and
// replace_if_present are unused.
type DeliverSM SubmitSM

// CommandID returns DeliverSMID.
func (*DeliverSM) CommandID() CommandID { return DeliverSMID }

// String keeps the text and the numbers out of logs.
func (p *DeliverSM) String() string { return "pdu.DeliverSM(hidden)" }

// Decode is SubmitSM.Decode.
func (p *DeliverSM) Decode(body []byte) error {
	r := reader{b: body, cmd: DeliverSMID}
	return p.decodeBody(&r)
}

// DecodeBorrowed is SubmitSM.DecodeBorrowed.
func (p *DeliverSM) DecodeBorrowed(body []byte) error {
	r := reader{b: body, cmd: DeliverSMID, borrow: true}
	return p.decodeBody(&r)
}

// Clone copies the body and everything that it borrows.
func (p *DeliverSM) Clone() *DeliverSM { return (*DeliverSM)((*SubmitSM)(p).Clone()) }

// Message is SubmitSM.Message.
func (p *DeliverSM) Message() []byte { return (*SubmitSM)(p).Message() }

func (p *DeliverSM) appendBody(b []byte) ([]byte, error) { return (*SubmitSM)(p).appendBody(b) }

func (p *DeliverSM) decodeBody(r *reader) error { return (*SubmitSM)(p).decodeBody(r) }
