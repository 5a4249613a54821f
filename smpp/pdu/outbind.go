package pdu

// Outbind is the SMSC's request that the ESME bind as a receiver (§4.1.7). It
// has no response.
type Outbind struct {
	SystemID string // of the SMSC, at most 15 octets
	Password string // as in Bind
}

// String keeps the password out of logs.
func (p *Outbind) String() string { return "pdu.Outbind(hidden)" }

// CommandID returns OutbindID.
func (*Outbind) CommandID() CommandID { return OutbindID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *Outbind) Decode(body []byte) error { return decode(p, body) }

func (p *Outbind) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fSystemID, p.SystemID)
	w.cString(&fPassword, p.Password)
	return w.b, w.err
}

func (p *Outbind) decodeBody(r *reader) error {
	r.cString(&fSystemID, &p.SystemID)
	r.cString(&fPassword, &p.Password)
	return r.end()
}
