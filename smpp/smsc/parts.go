package smsc

import (
	"encoding/binary"

	"tollgate/smpp/pdu"
)

// part says which part of a longer message a submit_sm is.
type part struct {
	ref           uint16
	total, number byte
}

type partKey struct {
	acct     *account
	from, to pdu.Address
	ref      uint16
	total    byte
}

type parts struct {
	bodies  [][]byte
	missing int
}

// sarTLVs are the three sar_ parameters (SMPP 3.4 §5.3.2.22 to 24).
type sarTLVs struct {
	part
	there bool
}

func (s *sarTLVs) take(t pdu.TLVs) {
	ref, a := t.Uint16(pdu.TagSarMsgRefNum)
	total, b := t.Uint8(pdu.TagSarTotalSegments)
	number, c := t.Uint8(pdu.TagSarSegmentSeqnum)
	*s = sarTLVs{part: part{ref, total, number}, there: a && b && c}
}

// part tells which part the message is and what its text is without a user
// data header.
func (m *message) part() (p part, body []byte, isPart bool) {
	body = m.body
	if m.esmClass&pdu.ESMClassUDHI != 0 && len(body) > int(body[0]) {
		head := body[1 : 1+int(body[0])]
		body = body[1+len(head):]
		if p, isPart = concatenation(head); isPart {
			return p, body, true
		}
	}
	if m.sar.there && m.sar.valid() {
		return m.sar.part, body, true
	}
	return part{}, body, false
}

// concatenation looks for the information elements 0x00 and 0x08 (3GPP TS
// 23.040 §9.2.3.24.1 and .8).
func concatenation(head []byte) (part, bool) {
	for len(head) >= 2 && len(head) >= 2+int(head[1]) {
		v := head[2 : 2+int(head[1])]
		var p part
		switch {
		case head[0] == 0x00 && len(v) == 3:
			p = part{uint16(v[0]), v[1], v[2]}
		case head[0] == 0x08 && len(v) == 4:
			p = part{binary.BigEndian.Uint16(v), v[2], v[3]}
		}
		if p.valid() {
			return p, p.total > 1
		}
		head = head[2+len(v):]
	}
	return part{}, false
}

func (p part) valid() bool { return p.number >= 1 && p.number <= p.total }
