package smsc

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// gsmDefault is the default alphabet (3GPP TS 23.038 §6.2.1) with an escape at
// 0x1B, gsmExtension what follows the escape (§6.2.1.1).
var (
	gsmDefault = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
	gsmExtension = map[byte]rune{
		0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€',
	}
)

// decodeText reads a text as data_coding says (SMPP 3.4 §5.2.19, message
// classes as in 3GPP TS 23.038 §4).
func decodeText(alphabet string, coding byte, b []byte) string {
	switch {
	case ucs2(coding):
		return decodeUTF16(b)
	case coding == 3, coding == 0 && alphabet == "latin1":
		return decodeLatin1(b)
	case coding == 0, coding&0xFC == 0x10:
		return decodeGSM(b)
	default:
		return string(b)
	}
}

func decodeUTF16(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, binary.BigEndian.Uint16(b))
	}
	return string(utf16.Decode(units))
}

func decodeLatin1(b []byte) string {
	var s strings.Builder
	for _, o := range b {
		s.WriteRune(rune(o))
	}
	return s.String()
}

func decodeGSM(b []byte) string {
	var s strings.Builder
	s.Grow(len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == 0x1B && i+1 < len(b) {
			i++
			if r, ok := gsmExtension[b[i]]; ok {
				s.WriteRune(r)
				continue
			}
		}
		s.WriteRune(gsmDefault[b[i]&0x7F])
	}
	return s.String()
}

// moved are the ASCII characters that the default alphabet has elsewhere or
// not at all.
const moved = "@$_`[\\]^{|}~"

// encodeMO chooses data_coding for a text and encodes it.
func encodeMO(text string) (coding byte, body []byte) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > '~' || r < ' ' || strings.ContainsRune(moved, r) }) {
		return 0, []byte(text)
	}
	for _, u := range utf16.Encode([]rune(text)) {
		body = binary.BigEndian.AppendUint16(body, u)
	}
	return 8, body
}
