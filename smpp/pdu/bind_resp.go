package pdu

// BindResp is the body of the three answers to a bind (§4.1.2, §4.1.4, §4.1.6).
// A refusal has none.
type BindResp struct {
	SystemID string // of the SMSC, at most 15 octets
	TLVs     TLVs   // SC_interface_version
}

func (p *BindResp) silentOn(Status) bool { return true }

func (p *BindResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fSystemIDResp, p.SystemID)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *BindResp) decodeBody(r *reader) error {
	r.laxCString(&fSystemIDResp, &p.SystemID)
	p.TLVs = r.laxTLVs(p.TLVs)
	return r.err
}

// BindTransmitterResp answers bind_transmitter (§4.1.2).
type BindTransmitterResp struct{ BindResp }

// BindReceiverResp answers bind_receiver (§4.1.4).
type BindReceiverResp struct{ BindResp }

// BindTransceiverResp answers bind_transceiver (§4.1.6).
type BindTransceiverResp struct{ BindResp }

// CommandID returns BindTransmitterRespID.
func (*BindTransmitterResp) CommandID() CommandID { return BindTransmitterRespID }

// CommandID returns BindReceiverRespID.
func (*BindReceiverResp) CommandID() CommandID { return BindReceiverRespID }

// CommandID returns BindTransceiverRespID.
func (*BindTransceiverResp) CommandID() CommandID { return BindTransceiverRespID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindTransmitterResp) Decode(body []byte) error { return decode(p, body) }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindReceiverResp) Decode(body []byte) error { return decode(p, body) }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindTransceiverResp) Decode(body []byte) error { return decode(p, body) }
