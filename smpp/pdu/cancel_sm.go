package pdu

// CancelSM takes back one message, or with an empty MessageID all that fit the
// addresses and the service type (§4.9.1). Its response is a header only.
type CancelSM struct {
	ServiceType  string // at most 5 octets
	MessageID    string // at most 64 octets
	Source, Dest Address
}

// CommandID returns CancelSMID.
func (*CancelSM) CommandID() CommandID { return CancelSMID }

// Decode reads a body alone.
func (p *CancelSM) Decode(body []byte) error { return decode(p, body) }

func (p *CancelSM) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fServiceType, p.ServiceType)
	w.cString(&fMessageID, p.MessageID)
	w.address(&fSourceAddr, &p.Source)
	w.address(&fDestAddr, &p.Dest)
	return w.b, w.err
}

func (p *CancelSM) decodeBody(r *reader) error {
	r.cString(&fServiceType, &p.ServiceType)
	r.cString(&fMessageID, &p.MessageID)
	r.address(&fSourceAddr, &p.Source)
	r.address(&fDestAddr, &p.Dest)
	return r.end()
}
