package pdu

import (
	"encoding/binary"
	"strings"
)

// writer appends fields to a body. It stops at the first that the specification
// does not allow and remembers why.
type writer struct {
	b   []byte
	err error
}

func (w *writer) fail(f *field, why error) {
	if w.err == nil {
		w.err = &FieldError{Field: f.name, Status: f.bad, Err: why}
	}
}

func (w *writer) octet(v byte) { w.b = append(w.b, v) }

func (w *writer) cString(f *field, v string) {
	switch {
	case len(v) >= f.max:
		w.fail(f, ErrTooLong)
	case strings.IndexByte(v, 0) >= 0:
		w.fail(f, ErrNUL)
	default:
		w.b = append(w.b, v...)
		w.b = append(w.b, 0)
	}
}

func (w *writer) octets(f *field, v []byte) {
	if len(v) > f.max {
		w.fail(f, ErrTooLong)
		return
	}
	w.b = append(w.b, byte(len(v)))
	w.b = append(w.b, v...)
}

func (w *writer) address(f *field, a *Address) {
	w.b = append(w.b, a.TON, a.NPI)
	w.cString(f, a.Addr)
}

func (w *writer) tlvs(t TLVs) {
	for i := range t {
		if len(t[i].Value) > fOptional.max {
			w.fail(&fOptional, ErrTooLong)
			return
		}
		w.b = binary.BigEndian.AppendUint16(w.b, uint16(t[i].Tag))
		w.b = binary.BigEndian.AppendUint16(w.b, uint16(len(t[i].Value)))
		w.b = append(w.b, t[i].Value...)
	}
}
