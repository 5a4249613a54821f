package coding

import "encoding/binary"

// Information elements of a user data header (TS 23.040 §9.2.3.24).
const (
	ieConcat8  = 0x00
	ieConcat16 = 0x08
	ieSingle   = 0x24 // national language single shift
	ieLocking  = 0x25 // national language locking shift
)

// Header is what a user data header says of concatenation and national tables.
type Header struct {
	Ref        uint16
	Total, Seq byte // Seq from 1; both 0 when the message is whole
	Single     Language
	Locking    Language
	Wide       bool // the reference has 16 bits
}

// CutHeader reads the header at the front of a message whose esm_class has the
// UDHI bit, and returns the rest. ok is false when the header is cut. Unknown
// elements are passed over (§9.2.3.24).
func CutHeader(b []byte) (h Header, rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) >= len(b) {
		return Header{}, b, false
	}
	ies, rest := b[1:int(b[0])+1], b[int(b[0])+1:]
	for len(ies) >= 2 {
		n := int(ies[1])
		if n > len(ies)-2 {
			return Header{}, b, false
		}
		h.take(ies[0], ies[2:2+n])
		ies = ies[2+n:]
	}
	return h, rest, true
}

// take reads one element; a repeated one counts as the last (§9.2.3.24).
func (h *Header) take(id byte, v []byte) {
	switch {
	case id == ieConcat8 && len(v) == 3 && v[1] > 0 && v[2] > 0 && v[2] <= v[1]:
		h.Ref, h.Total, h.Seq, h.Wide = uint16(v[0]), v[1], v[2], false
	case id == ieConcat16 && len(v) == 4 && v[2] > 0 && v[3] > 0 && v[3] <= v[2]:
		h.Ref, h.Total, h.Seq, h.Wide = binary.BigEndian.Uint16(v), v[2], v[3], true
	case id == ieSingle && len(v) == 1:
		h.Single = Language(v[0])
	case id == ieLocking && len(v) == 1:
		h.Locking = Language(v[0])
	}
}

// append appends the header with its length, nothing when it says nothing.
func (h *Header) append(b []byte) []byte {
	start := len(b)
	b = append(b, 0)
	switch {
	case h.Total == 0:
	case h.Wide:
		b = append(b, ieConcat16, 4, byte(h.Ref>>8), byte(h.Ref), h.Total, h.Seq)
	default:
		b = append(b, ieConcat8, 3, byte(h.Ref), h.Total, h.Seq)
	}
	if h.Single != 0 {
		b = append(b, ieSingle, 1, byte(h.Single))
	}
	if h.Locking != 0 {
		b = append(b, ieLocking, 1, byte(h.Locking))
	}
	if len(b) == start+1 {
		return b[:start]
	}
	b[start] = byte(len(b) - start - 1)
	return b
}

// size returns the octets that append adds.
func (h *Header) size() int {
	n := 0
	if h.Total != 0 {
		n += 5
		if h.Wide {
			n++
		}
	}
	for _, l := range [...]Language{h.Single, h.Locking} {
		if l != 0 {
			n += 3
		}
	}
	if n > 0 {
		n++
	}
	return n
}
