package coding

import (
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"tollgate/smpp/pdu"
)

// Decode returns the text of a whole message without a user data header, from a
// carrier whose default alphabet is GSM 7-bit, unpacked. It always returns
// something: what a coding lacks shows as U+FFFD, and octets that are no text as
// Latin-1.
func Decode(dataCoding byte, octets []byte) string { return AlphabetGSM7.Decode(dataCoding, octets) }

// Decode is the function Decode for a carrier with this default alphabet.
func (a Alphabet) Decode(dataCoding byte, octets []byte) string {
	return a.units(dataCoding, octets, 0).text(dataCoding, newGSM7(0, 0))
}

// DecodePart returns the text of one part, which may be a segment.
func (a Alphabet) DecodePart(p Part) string {
	h, octets, header := p.cut()
	return a.units(p.DataCoding, octets, header).text(p.DataCoding, newGSM7(h.Locking, h.Single))
}

// units is a message's content: septets one an octet for the GSM alphabet, or
// octets. Those of several segments can be joined before they are read.
type units struct {
	coding Coding
	b      []byte
}

// units takes the content of a message behind header octets of header.
func (a Alphabet) units(dataCoding byte, octets []byte, header int) units {
	c := CodingOf(dataCoding)
	switch {
	case c == GSM7 && a == AlphabetLatin1:
		c = Latin1
	case c == GSM7 && a == AlphabetGSM7Packed:
		return units{GSM7, unpack(octets, header)}
	}
	return units{c, octets}
}

func (u units) text(dataCoding byte, g gsm7) string {
	switch u.coding {
	case GSM7:
		return g.decode(u.b)
	case UCS2:
		return decodeUTF16(u.b)
	}
	switch dataCoding {
	case dataIA5:
		if neverIA5(u.b) {
			return g.decode(u.b)
		}
	case dataCyrillic:
		return decodeBytes(charmap.ISO8859_5, u.b)
	case dataHebrew:
		return decodeBytes(charmap.ISO8859_8, u.b)
	}
	return decodeBytes(charmap.ISO8859_1, u.b)
}

// neverIA5 says that octets declared as IA5 are of the GSM alphabet: no text has
// control characters other than tab and the ends of lines and pages, and GSM has
// letters there.
func neverIA5(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r' {
			return true
		}
	}
	return false
}

func decodeBytes(m *charmap.Charmap, b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = m.DecodeByte(c)
	}
	return string(out)
}

// decodeUTF16 reads UTF-16BE; an octet left over is dropped.
func decodeUTF16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(u))
}

// CodingOf reads a data_coding: SMPP 3.4 §5.2.19 below 0x10, and above it the
// groups of TS 23.038 §4 and §5. Reserved values are the default alphabet.
func CodingOf(dataCoding byte) Coding {
	switch group := dataCoding >> 4; {
	case group == 0:
		return codingBelow16(dataCoding)
	case group < 8: // general data coding: bits 3 and 2 tell
		return [...]Coding{GSM7, Binary, UCS2, GSM7}[dataCoding>>2&3]
	case group == 0xE: // message waiting, UCS-2
		return UCS2
	case group == 0xF && dataCoding&4 != 0:
		return Binary
	}
	return GSM7
}

func codingBelow16(dataCoding byte) Coding {
	switch dataCoding {
	case dataDefault:
		return GSM7
	case dataUCS2:
		return UCS2
	case dataBinary, dataBinary2:
		return Binary
	}
	return Latin1 // IA5, Latin-1, and the sets that have ASCII in common with it
}

// cut parts a segment's header from its content and says how long the header was.
func (p *Part) cut() (h Header, octets []byte, header int) {
	octets = p.ShortMessage
	if v, ok := p.TLVs.Get(pdu.TagMessagePayload); ok && len(octets) == 0 {
		octets = v
	}
	if p.ESMClass&pdu.ESMClassUDHI != 0 {
		if got, rest, ok := CutHeader(octets); ok {
			h, header, octets = got, len(octets)-len(rest), rest
		}
	}
	ref, hasRef := p.TLVs.Uint16(pdu.TagSarMsgRefNum)
	total, _ := p.TLVs.Uint8(pdu.TagSarTotalSegments)
	seq, _ := p.TLVs.Uint8(pdu.TagSarSegmentSeqnum)
	if h.Total == 0 && hasRef && seq > 0 && seq <= total {
		h.Ref, h.Total, h.Seq, h.Wide = ref, total, seq, true
	}
	return h, octets, header
}
