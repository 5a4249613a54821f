package pdu

// AlertNotification tells that a handset became reachable (§4.12.1). It has no
// response.
type AlertNotification struct {
	Source Address // the handset, at most 64 octets
	ESME   Address // who asked, at most 64 octets
	TLVs   TLVs    // ms_availability_status
}

// CommandID returns AlertNotificationID.
func (*AlertNotification) CommandID() CommandID { return AlertNotificationID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *AlertNotification) Decode(body []byte) error { return decode(p, body) }

func (p *AlertNotification) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.address(&fDataSourceAddr, &p.Source)
	w.address(&fESMEAddr, &p.ESME)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *AlertNotification) decodeBody(r *reader) error {
	r.address(&fDataSourceAddr, &p.Source)
	r.address(&fESMEAddr, &p.ESME)
	p.TLVs = r.tlvs(p.TLVs)
	return r.err
}
