package coding

import "tollgate/smpp/pdu"

// Split turns a text (UTF-8) into the parts to submit, in order, in the coding
// that needs the fewest. It fails with *TooLongError or *NotEncodableError.
func Split(text string, o Options) ([]Part, error) {
	p, err := makePlan(text, &o)
	if err != nil {
		return nil, err
	}
	if o.Concat == Payload && len(p.ends) > 1 {
		return []Part{p.payload(text)}, nil
	}
	parts, start := make([]Part, len(p.ends)), 0
	for i, end := range p.ends {
		parts[i] = p.part(text[start:end], i, &o)
		start = end
	}
	return parts, nil
}

// part makes segment i from its text.
func (p *plan) part(text string, i int, o *Options) Part {
	h := Header{Single: p.scheme.gsm.single, Locking: p.scheme.gsm.locking}
	var tlvs pdu.TLVs
	if total := len(p.ends); total > 1 && o.Concat == SAR {
		tlvs = sar(o.Ref, byte(total), byte(i+1))
	} else if total > 1 {
		h.Ref, h.Total, h.Seq, h.Wide = o.Ref, byte(total), byte(i+1), o.Concat == UDH16
	}
	esmClass, message := p.scheme.message(&h, text)
	return Part{ESMClass: esmClass, DataCoding: p.scheme.dataCoding, ShortMessage: message, TLVs: tlvs}
}

// payload makes the only part of a long text in message_payload.
func (p *plan) payload(text string) Part {
	h := Header{Single: p.scheme.gsm.single, Locking: p.scheme.gsm.locking}
	esmClass, message := p.scheme.message(&h, text)
	return Part{
		ESMClass: esmClass, DataCoding: p.scheme.dataCoding,
		TLVs: pdu.TLVs{{Tag: pdu.TagMessagePayload, Value: message}},
	}
}

// message writes the header and the text, and the esm_class that tells of the
// header.
func (s *scheme) message(h *Header, text string) (esmClass byte, message []byte) {
	header := h.size()
	if header > 0 {
		esmClass = pdu.ESMClassUDHI
	}
	room := header + len(text)
	if s.coding == UCS2 {
		room += len(text)
	}
	message = h.append(make([]byte, 0, room))
	if s.coding != GSM7 || s.alphabet != AlphabetGSM7Packed {
		return esmClass, s.append(message, text)
	}
	return esmClass, appendPacked(message, s.append(nil, text), header)
}

func sar(ref uint16, total, seq byte) pdu.TLVs {
	return pdu.TLVs{
		pdu.Uint16TLV(pdu.TagSarMsgRefNum, ref),
		{Tag: pdu.TagSarTotalSegments, Value: []byte{total}},
		{Tag: pdu.TagSarSegmentSeqnum, Value: []byte{seq}},
	}
}
