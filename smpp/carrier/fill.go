package carrier

import (
	"encoding/binary"

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
		ref := binary.BigEndian.AppendUint16(s.results[n].ref[:0], s.c.Reference(s.m.UserReference, n))
		s.sm.TLVs = append(s.sm.TLVs, pdu.TLV{Tag: pdu.TagUserMessageReference, Value: ref})
	}
}

// Reference is the user_message_reference (SMPP 3.4 §5.3.2.17) of part n, from 0, of
// a message: each has its own, so that a receipt without a usable id still names
// its part. It is never 0.
func Reference(message uint16, n int) uint16 { return reference(message, n, 1<<16-1) }

// Reference is the function Reference, but 1 to 255 where receipts are known by
// it alone: osmo-msc 1.9.0 has one octet for it, TP-Message-Reference
// (3GPP TS 23.040 §9.2.3.6), and sends that back. Two open messages to one number
// that share it are told apart by nobody.
func (c *Carrier) Reference(message uint16, n int) uint16 {
	if c.cfg.ByReference {
		return reference(message, n, 1<<8-1)
	}
	return Reference(message, n)
}

// reference counts from 1 to most.
func reference(message uint16, n, most int) uint16 {
	return uint16((int(message)+most-1+n)%most) + 1
}
