package pdu

// QuerySM asks for the state of a message (§4.8.1).
type QuerySM struct {
	MessageID string // at most 64 octets, as the SMSC gave it
	Source    Address
}

// CommandID returns QuerySMID.
func (*QuerySM) CommandID() CommandID { return QuerySMID }

// Decode reads a body alone.
func (p *QuerySM) Decode(body []byte) error { return decode(p, body) }

func (p *QuerySM) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageID, p.MessageID)
	w.address(&fSourceAddr, &p.Source)
	return w.b, w.err
}

func (p *QuerySM) decodeBody(r *reader) error {
	r.cString(&fMessageID, &p.MessageID)
	r.address(&fSourceAddr, &p.Source)
	return r.end()
}

// QuerySMResp answers query_sm (§4.8.2). A refusal that says nothing has no body.
type QuerySMResp struct {
	MessageID    string
	FinalDate    string // §7.1.1, empty before the final state
	MessageState byte   // §5.2.28
	ErrorCode    byte   // the network's
}

// CommandID returns QuerySMRespID.
func (*QuerySMResp) CommandID() CommandID { return QuerySMRespID }

// Decode reads a body alone.
func (p *QuerySMResp) Decode(body []byte) error { return decode(p, body) }

func (p *QuerySMResp) silentOn(Status) bool { return *p == QuerySMResp{} }

func (p *QuerySMResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageIDResp, p.MessageID)
	w.cString(&fFinalDate, p.FinalDate)
	w.octet(p.MessageState)
	w.octet(p.ErrorCode)
	return w.b, w.err
}

func (p *QuerySMResp) decodeBody(r *reader) error {
	if r.empty() {
		*p = QuerySMResp{}
		return nil
	}
	r.cString(&fMessageIDResp, &p.MessageID)
	r.cString(&fFinalDate, &p.FinalDate)
	p.MessageState = r.octet("message_state")
	p.ErrorCode = r.octet("error_code")
	return r.err
}
