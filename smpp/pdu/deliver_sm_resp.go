package pdu

// DeliverSMResp answers deliver_sm (§4.6.2). Its message_id is unused but on
// the wire, with every status.
type DeliverSMResp struct {
	MessageID string // empty
	TLVs      TLVs   // none in 3.4; 5.0 allows some
}

// CommandID returns DeliverSMRespID.
func (*DeliverSMResp) CommandID() CommandID { return DeliverSMRespID }

// Decode reads a body alone into p, whose arrays are used again.
func (p *DeliverSMResp) Decode(body []byte) error {
	r := reader{b: body, cmd: DeliverSMRespID}
	return p.decodeBody(&r)
}

func (p *DeliverSMResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageIDResp, p.MessageID)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *DeliverSMResp) decodeBody(r *reader) error {
	r.laxCString(&fMessageIDResp, &p.MessageID)
	p.TLVs = r.laxTLVs(p.TLVs)
	return r.err
}
