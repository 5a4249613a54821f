package pdu

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// TLV is one optional parameter (§5.3.1).
type TLV struct {
	Tag   Tag
	Value []byte // at most 65535 octets
}

// TLVs are the optional parameters of a PDU in the order of the wire, unknown
// ones and repeated ones included.
type TLVs []TLV

// Get returns the value of the first parameter with the tag.
func (t TLVs) Get(tag Tag) ([]byte, bool) {
	for i := range t {
		if t[i].Tag == tag {
			return t[i].Value, true
		}
	}
	return nil, false
}

// Uint8 returns a parameter of one octet; another length is not there.
func (t TLVs) Uint8(tag Tag) (byte, bool) {
	v, ok := t.Get(tag)
	if !ok || len(v) != 1 {
		return 0, false
	}
	return v[0], true
}

// Uint16 returns a parameter of two octets, or of one, which some peers send
// for small values.
func (t TLVs) Uint16(tag Tag) (uint16, bool) {
	v, ok := t.Get(tag)
	switch {
	case ok && len(v) == 2:
		return binary.BigEndian.Uint16(v), true
	case ok && len(v) == 1:
		return uint16(v[0]), true
	}
	return 0, false
}

// CString returns a parameter up to its NUL, or whole when it has none.
func (t TLVs) CString(tag Tag) (string, bool) {
	v, ok := t.Get(tag)
	if !ok {
		return "", false
	}
	if n := bytes.IndexByte(v, 0); n >= 0 {
		v = v[:n]
	}
	return string(v), true
}

// Clone copies the parameters and their values.
func (t TLVs) Clone() TLVs {
	if t == nil {
		return nil
	}
	c := make(TLVs, len(t))
	for i := range t {
		c[i] = TLV{Tag: t[i].Tag, Value: bytes.Clone(t[i].Value)}
	}
	return c
}

// With returns t and one more parameter; t's own array is not written.
func (t TLVs) With(tag Tag, value ...byte) TLVs {
	return append(slices.Clip(t), TLV{Tag: tag, Value: value})
}

// Uint16TLV makes a parameter of two octets.
func Uint16TLV(tag Tag, v uint16) TLV {
	return TLV{Tag: tag, Value: binary.BigEndian.AppendUint16(nil, v)}
}

// CStringTLV makes a parameter that ends in NUL.
func CStringTLV(tag Tag, v string) TLV {
	return TLV{Tag: tag, Value: append([]byte(v), 0)}
}

// tlvs reads the rest of the body into dst's array. Values stay the body's own.
func (r *reader) tlvs(dst TLVs) TLVs {
	dst = dst[:0]
	for len(r.b) > 0 {
		t, n := cutTLV(r.b)
		if n == 0 {
			r.fail(&fOptional, fOptional.bad, ErrCut)
			return dst
		}
		dst = append(dst, t)
		r.b = r.b[n:]
	}
	return dst
}

// laxTLVs is tlvs for responses: a message that was accepted must not turn into
// an unknown one because what follows its id is malformed.
func (r *reader) laxTLVs(dst TLVs) TLVs {
	dst = dst[:0]
	for len(r.b) > 0 {
		t, n := cutTLV(r.b)
		if n == 0 {
			break
		}
		dst = append(dst, t)
		r.b = r.b[n:]
	}
	r.b = nil
	return dst
}

// cutTLV returns the parameter at the front of b and its octets, 0 when cut.
func cutTLV(b []byte) (TLV, int) {
	if len(b) < 4 {
		return TLV{}, 0
	}
	n := 4 + int(binary.BigEndian.Uint16(b[2:]))
	if n > len(b) {
		return TLV{}, 0
	}
	return TLV{Tag: Tag(binary.BigEndian.Uint16(b)), Value: b[4:n:n]}, n
}
