package smsc

import (
	"encoding/binary"

	"tollgate/smpp/pdu"
)

// unknownCommand is a command_id that no version of SMPP defines.
const unknownCommand pdu.CommandID = 0x00000BAD

// before sends what a faulty SMSC puts in front of a response.
func (c *conn) before(seq uint32, faults faultSet, t *touched) {
	if faults&faultUnknown != 0 {
		h := pdu.Header{Length: pdu.HeaderLen, ID: unknownCommand, Sequence: c.nextSeq()}
		c.sendRaw(pdu.AppendHeader(nil, h), t)
	}
	if faults&faultStray != 0 {
		c.send(&pdu.SubmitSMResp{MessageID: "stray"}, pdu.ESME_ROK, seq^0x40000000, t)
	}
}

// behind sends what a faulty SMSC puts after a response.
func (c *conn) behind(seq uint32, faults faultSet, m *message, t *touched) {
	if faults&faultDuplicate != 0 && m != nil {
		c.send(&pdu.SubmitSMResp{MessageID: m.id}, pdu.ESME_ROK, seq, t)
	}
	if faults&faultOversize != 0 {
		c.sendRaw(oversize(pdu.SubmitSMRespID, seq), t)
	}
	if faults&faultGarbage != 0 {
		c.sendRaw(noise(c.s.p.Seed^uint64(seq), 40), t)
	}
}

// oversize is a header that promises almost 2 GiB.
func oversize(id pdu.CommandID, seq uint32) []byte {
	return pdu.AppendHeader(nil, pdu.Header{Length: 0x7FFFFFFF, ID: id, Sequence: seq})
}

// noise is n octets that look like nothing, the same for the same seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		seed += 0x9E3779B97F4A7C15 // splitmix64
		z := (seed ^ seed>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		b = binary.BigEndian.AppendUint64(b, z^z>>31)
	}
	b[0] |= 0x80 // as a command_length it is far too large
	return b[:n]
}

// sendBare writes a response whose body is as given: a message_id without its
// NUL, or nothing.
func (c *conn) sendBare(id pdu.CommandID, status pdu.Status, seq uint32, body string, t *touched) uint64 {
	h := pdu.Header{Length: uint32(pdu.HeaderLen + len(body)), ID: id, Status: status, Sequence: seq}
	c.mu.Lock()
	start := len(c.out)
	c.out = append(pdu.AppendHeader(c.out, h), body...)
	return c.queued(start, t)
}
