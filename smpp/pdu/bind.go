package pdu

// Version34 is the interface_version of SMPP 3.4 (§5.2.4).
const Version34 = 0x34

// Bind is the body of the three bind requests (§4.1.1, §4.1.3, §4.1.5).
type Bind struct {
	SystemID         string // at most 15 octets
	Password         string // 8 octets in §5.2.2; 64 are accepted, for carriers hand out longer ones
	SystemType       string // at most 12 octets
	InterfaceVersion byte   // 0x34
	AddrTON, AddrNPI byte
	AddressRange     string // at most 40 octets
}

// String keeps the password out of logs.
func (p *Bind) String() string { return "pdu.Bind(hidden)" }

func (p *Bind) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fSystemID, p.SystemID)
	w.cString(&fPassword, p.Password)
	w.cString(&fSystemType, p.SystemType)
	w.octet(p.InterfaceVersion)
	w.octet(p.AddrTON)
	w.octet(p.AddrNPI)
	w.cString(&fAddressRange, p.AddressRange)
	return w.b, w.err
}

func (p *Bind) decodeBody(r *reader) error {
	r.cString(&fSystemID, &p.SystemID)
	r.cString(&fPassword, &p.Password)
	r.cString(&fSystemType, &p.SystemType)
	p.InterfaceVersion = r.octet("interface_version")
	p.AddrTON = r.octet("addr_ton")
	p.AddrNPI = r.octet("addr_npi")
	r.cString(&fAddressRange, &p.AddressRange)
	return r.end()
}

// BindTransmitter asks to send only (§4.1.1).
type BindTransmitter struct{ Bind }

// BindReceiver asks to receive only (§4.1.3).
type BindReceiver struct{ Bind }

// BindTransceiver asks for both directions (§4.1.5).
type BindTransceiver struct{ Bind }

// CommandID returns BindTransmitterID.
func (*BindTransmitter) CommandID() CommandID { return BindTransmitterID }

// CommandID returns BindReceiverID.
func (*BindReceiver) CommandID() CommandID { return BindReceiverID }

// CommandID returns BindTransceiverID.
func (*BindTransceiver) CommandID() CommandID { return BindTransceiverID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindTransmitter) Decode(body []byte) error { return decode(p, body) }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindReceiver) Decode(body []byte) error { return decode(p, body) }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *BindTransceiver) Decode(body []byte) error { return decode(p, body) }
