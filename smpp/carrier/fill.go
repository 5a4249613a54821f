package carrier

import (
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// fill puts one part into the message's submit_sm.
func (s *Slot) fill(part *coding.Part) {
	s.sm.ESMClass = part.ESMClass
	s.sm.DataCoding = part.DataCoding
	s.sm.ShortMessage = part.ShortMessage
	s.sm.TLVs = append(s.sm.TLVs[:0], part.TLVs...)
	if s.m.UserReference != 0 && !s.c.cfg.NoReferences {
		s.sm.TLVs = append(s.sm.TLVs, pdu.Uint16TLV(pdu.TagUserMessageReference, s.m.UserReference))
	}
}
