package api

import (
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
)

const maxRequestID = 128

var requestIDText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRequestID names a request. It only has to be unlikely to repeat; the
// runtime's generator is seeded from the system and takes no lock.
func newRequestID() string {
	var b [15]byte
	binary.LittleEndian.PutUint64(b[:], rand.Uint64())
	binary.LittleEndian.PutUint64(b[7:], rand.Uint64())
	var text [4 + 24]byte
	copy(text[:], "req_")
	requestIDText.Encode(text[4:], b[:])
	return string(text[:])
}

// takeRequestID keeps a client's own X-Request-Id when it is short and made
// of characters that are safe in a header, a log and an answer.
func takeRequestID(header []byte) (string, bool) {
	if len(header) == 0 || len(header) > maxRequestID {
		return "", false
	}
	s := string(header)
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '_' && c != '.' && c != ':' && c != '/' && c != '+' && c != '=' {
			return "", false
		}
	}
	return s, true
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// takeTraceParent keeps a well-formed traceparent (W3C Trace Context §3.2) and
// ignores any other, as the standard asks.
func takeTraceParent(h []byte) string {
	const size = 55 // 00-<32 hex>-<16 hex>-<2 hex>
	if len(h) < size || h[2] != '-' || h[35] != '-' || h[52] != '-' {
		return ""
	}
	for i, c := range h[:size] {
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		if !hex && i != 2 && i != 35 && i != 52 {
			return ""
		}
	}
	version := string(h[:2])
	if version == "ff" || version == "00" && len(h) > size || len(h) > size && h[size] != '-' {
		return ""
	}
	if allZero(h[3:35]) || allZero(h[36:52]) || len(h) > maxRequestID {
		return ""
	}
	return string(h)
}

// traceID is the trace's id when the caller samples it, else "".
func traceID(traceParent string) string {
	if traceParent == "" {
		return ""
	}
	flags := traceParent[54]
	if flags >= 'a' {
		flags -= 'a' - 10
	}
	if flags&1 == 0 {
		return ""
	}
	return traceParent[3:35]
}

func allZero(h []byte) bool {
	for _, c := range h {
		if c != '0' {
			return false
		}
	}
	return true
}
