package pdu

import "bytes"

// SubmitSMResp answers submit_sm (§4.4.2). A refusal (command_status not
// ESME_ROK) has no body; some SMSCs send one anyway, others an accepted one
// without, or without the NUL: decode takes all of them.
type SubmitSMResp struct {
	MessageID string // opaque, at most 64 octets
	TLVs      TLVs   // none in 3.4; 5.0 allows some
}

// CommandID returns SubmitSMRespID.
func (*SubmitSMResp) CommandID() CommandID { return SubmitSMRespID }

// Decode reads a body alone into p, whose arrays are used again.
func (p *SubmitSMResp) Decode(body []byte) error {
	r := reader{b: body, cmd: SubmitSMRespID}
	return p.decodeBody(&r)
}

// DecodeBorrowed is Decode without an allocation: MessageID points into body
// and changes when it is written to.
func (p *SubmitSMResp) DecodeBorrowed(body []byte) error {
	r := reader{b: body, cmd: SubmitSMRespID, borrow: true}
	return p.decodeBody(&r)
}

// DecodeSubmitSMResp returns the message_id of a submit_sm_resp body. The id
// borrows from body and is empty when the body holds none.
func DecodeSubmitSMResp(body []byte) (id []byte, err error) {
	n := bytes.IndexByte(body, 0)
	if n < 0 {
		n = len(body)
	}
	if n >= fMessageIDResp.decodeMax() {
		return nil, &FieldError{Command: SubmitSMRespID, Field: fMessageIDResp.name, Status: fMessageIDResp.bad, Err: ErrTooLong}
	}
	return body[:n:n], nil
}

func (p *SubmitSMResp) silentOn(Status) bool { return true }

func (p *SubmitSMResp) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fMessageIDResp, p.MessageID)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *SubmitSMResp) decodeBody(r *reader) error {
	r.laxCString(&fMessageIDResp, &p.MessageID)
	p.TLVs = r.laxTLVs(p.TLVs)
	return r.err
}
