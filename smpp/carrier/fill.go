package carrier

import (
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// fill puts part n into the message's submit_sm.
func (s *Slot) fill(part *coding.Part, n int) {
	s.sm.ESMClass = part.ESMClass
	s.sm.DataCoding = part.DataCoding
	s.sm.ShortMessage = part.ShortMessage
	s.sm.TLVs = append(s.sm.TLVs[:0], part.TLVs...)
	s.sm.TLVs = append(s.sm.TLVs, s.c.cfg.Parameters...)
	if s.m.UserReference != 0 && !s.c.cfg.NoReferences {
		s.sm.TLVs = append(s.sm.TLVs, pdu.Uint16TLV(pdu.TagUserMessageReference, Reference(s.m.UserReference, n)))
	}
}

// Reference is the user_message_reference (SMPP 3.4 §5.3.2.17) of part n, from 0, of
// a message: each has its own, so that a receipt without a usable id still names
// its part. It is never 0.
func Reference(message uint16, n int) uint16 {
	const most = 1<<16 - 1
	return uint16((int(message)+most-1+n)%most) + 1
}
