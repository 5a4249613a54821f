package pdu

import "encoding/binary"

// Limits of the frame (§3.2).
const (
	HeaderLen = 16       // octets of command_length, command_id, command_status, sequence_number
	MaxLength = 64 << 10 // octets; the command_length accepted unless the caller says otherwise
)

// Header is the first 16 octets of every PDU (§3.2).
type Header struct {
	Length   uint32 // octets of the whole PDU, these 16 included
	ID       CommandID
	Status   Status // zero in a request
	Sequence uint32 // 1 to 0x7FFFFFFF; the response repeats it
}

// DecodeHeader reads the first HeaderLen octets of b, which must have as many.
func DecodeHeader(b []byte) Header {
	_ = b[HeaderLen-1]
	return Header{
		Length:   binary.BigEndian.Uint32(b),
		ID:       CommandID(binary.BigEndian.Uint32(b[4:])),
		Status:   Status(binary.BigEndian.Uint32(b[8:])),
		Sequence: binary.BigEndian.Uint32(b[12:]),
	}
}

// AppendHeader appends h as it stands, Length included. Append does this by
// itself; simulators that send something malformed need it alone.
func AppendHeader(b []byte, h Header) []byte {
	b = binary.BigEndian.AppendUint32(b, h.Length)
	b = binary.BigEndian.AppendUint32(b, uint32(h.ID))
	b = binary.BigEndian.AppendUint32(b, uint32(h.Status))
	return binary.BigEndian.AppendUint32(b, h.Sequence)
}
