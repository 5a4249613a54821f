package pdu

// DataSMResp answers data_sm (§4.7.2). A refusal may tell more in
// delivery_failure_reason, network_error_code and additional_status_info_text;
// one that tells nothing has no body.
type DataSMResp struct {
	MessageID string // at most 64 octets
	TLVs      TLVs
}

// CommandID returns DataSMRespID.
func (*DataSMResp) CommandID() CommandID { return DataSMRespID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *DataSMResp) Decode(body []byte) error { return decode(p, body) }

func (p *DataSMResp) silentOn(Status) bool { return p.MessageID == "" && len(p.TLVs) == 0 }

func (p *DataSMResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageIDResp, p.MessageID)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *DataSMResp) decodeBody(r *reader) error {
	r.laxCString(&fMessageIDResp, &p.MessageID)
	p.TLVs = r.laxTLVs(p.TLVs)
	return r.err
}
