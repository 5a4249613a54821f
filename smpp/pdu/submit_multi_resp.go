package pdu

import "encoding/binary"

// SubmitMultiResp answers submit_multi (§4.5.2). A refusal has no body.
type SubmitMultiResp struct {
	MessageID    string         // at most 64 octets
	Unsuccessful []Unsuccessful // at most 254
	TLVs         TLVs           // none in 3.4; 5.0 allows some
}

// Unsuccessful is a destination that was not taken, and why (§4.5.2.1).
type Unsuccessful struct {
	Address
	Status Status
}

// CommandID returns SubmitMultiRespID.
func (*SubmitMultiResp) CommandID() CommandID { return SubmitMultiRespID }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *SubmitMultiResp) Decode(body []byte) error { return decode(p, body) }

func (p *SubmitMultiResp) silentOn(Status) bool { return true }

func (p *SubmitMultiResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageIDResp, p.MessageID)
	if len(p.Unsuccessful) > fNoUnsuccess.max {
		w.fail(&fNoUnsuccess, ErrRange)
		return w.b, w.err
	}
	w.octet(byte(len(p.Unsuccessful)))
	for i := range p.Unsuccessful {
		w.address(&fDestAddr, &p.Unsuccessful[i].Address)
		w.b = binary.BigEndian.AppendUint32(w.b, uint32(p.Unsuccessful[i].Status))
	}
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *SubmitMultiResp) decodeBody(r *reader) error {
	p.Unsuccessful = p.Unsuccessful[:0]
	if r.empty() {
		p.MessageID, p.TLVs = "", p.TLVs[:0]
		return nil
	}
	r.cString(&fMessageIDResp, &p.MessageID)
	for n := int(r.octet(fNoUnsuccess.name)); n > 0 && r.err == nil; n-- {
		var u Unsuccessful
		r.address(&fDestAddr, &u.Address)
		u.Status = Status(r.uint32(&fErrorStatusCode))
		p.Unsuccessful = append(p.Unsuccessful, u)
	}
	if r.err == nil {
		p.TLVs = r.laxTLVs(p.TLVs)
	}
	return r.err
}
