package pdu

import "strings"

// DataSM carries a message in message_payload, either way (§4.7.1). Receipts
// come in it from some SMSCs.
type DataSM struct {
	ServiceType        string  // at most 5 octets
	Source, Dest       Address // at most 64 octets each
	ESMClass           byte
	RegisteredDelivery byte
	DataCoding         byte
	TLVs               TLVs
}

// CommandID returns DataSMID.
func (*DataSM) CommandID() CommandID { return DataSMID }

// String keeps the text and the numbers out of logs.
func (p *DataSM) String() string { return "pdu.DataSM(hidden)" }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *DataSM) Decode(body []byte) error { return decode(p, body) }

// Message returns message_payload. It borrows.
func (p *DataSM) Message() []byte {
	v, _ := p.TLVs.Get(TagMessagePayload)
	return v
}

// Clone copies the body and everything that it borrows.
func (p *DataSM) Clone() *DataSM {
	c := *p
	c.ServiceType = strings.Clone(p.ServiceType)
	c.Source, c.Dest = p.Source.clone(), p.Dest.clone()
	c.TLVs = p.TLVs.Clone()
	return &c
}

func (p *DataSM) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fServiceType, p.ServiceType)
	w.address(&fDataSourceAddr, &p.Source)
	w.address(&fDataDestAddr, &p.Dest)
	w.b = append(w.b, p.ESMClass, p.RegisteredDelivery, p.DataCoding)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *DataSM) decodeBody(r *reader) error {
	r.cString(&fServiceType, &p.ServiceType)
	r.address(&fDataSourceAddr, &p.Source)
	r.address(&fDataDestAddr, &p.Dest)
	p.ESMClass = r.octet("esm_class")
	p.RegisteredDelivery = r.octet("registered_delivery")
	p.DataCoding = r.octet("data_coding")
	p.TLVs = r.tlvs(p.TLVs)
	return r.err
}
