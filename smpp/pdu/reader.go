package pdu

import (
	"bytes"
	"encoding/binary"
	"unsafe"
)

// reader takes fields off a body. It stops at the first that does not fit and
// remembers why, so that a decoder reads straight through and looks once.
type reader struct {
	b      []byte
	cmd    CommandID
	borrow bool // strings point into b instead of being copied
	err    error
}

func (r *reader) empty() bool { return len(r.b) == 0 }

func (r *reader) fail(f *field, status Status, why error) {
	if r.err == nil {
		r.err = &FieldError{Command: r.cmd, Field: f.name, Status: status, Err: why}
	}
	r.b = nil
}

// octet reads one octet; its name is needed only when it is missing.
func (r *reader) octet(name string) byte {
	if len(r.b) == 0 {
		r.fail(&field{name: name}, ESME_RINVCMDLEN, ErrCut)
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) uint32(f *field) uint32 {
	if len(r.b) < 4 {
		r.fail(f, ESME_RINVCMDLEN, ErrCut)
		return 0
	}
	v := binary.BigEndian.Uint32(r.b)
	r.b = r.b[4:]
	return v
}

// cString reads a C-Octet String (§3.1) into dst.
func (r *reader) cString(f *field, dst *string) {
	limit := min(f.decodeMax(), len(r.b))
	n := bytes.IndexByte(r.b[:limit], 0)
	switch {
	case n >= 0:
		r.set(dst, r.b[:n])
		r.b = r.b[n+1:]
	case limit == f.decodeMax():
		r.fail(f, f.bad, ErrTooLong)
	default:
		r.fail(f, ESME_RINVCMDLEN, ErrCut)
	}
}

// laxCString is cString for the responses in which peers leave out the NUL or
// the whole field: what is there is taken.
func (r *reader) laxCString(f *field, dst *string) {
	if len(r.b) < f.decodeMax() && bytes.IndexByte(r.b, 0) < 0 {
		r.set(dst, r.b)
		r.b = nil
		return
	}
	r.cString(f, dst)
}

// set keeps the string that is there when it says the same, which spares an
// allocation for every field that repeats in a reused struct.
func (r *reader) set(dst *string, v []byte) {
	switch {
	case r.borrow:
		*dst = unsafe.String(unsafe.SliceData(v), len(v))
	case *dst != string(v):
		*dst = string(v)
	}
}

// octets reads a length octet and as many octets, which stay the body's own.
func (r *reader) octets(f *field) []byte {
	n := int(r.octet(f.name))
	if n > f.decodeMax() {
		r.fail(f, f.bad, ErrTooLong)
		return nil
	}
	if n > len(r.b) {
		r.fail(f, f.bad, ErrCut)
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) address(f *field, dst *Address) {
	dst.TON = r.octet(f.name)
	dst.NPI = r.octet(f.name)
	r.cString(f, &dst.Addr)
}

// end refuses what is left after the last field.
func (r *reader) end() error {
	if r.err == nil && len(r.b) > 0 {
		r.fail(&field{name: "command_length"}, ESME_RINVCMDLEN, ErrTrailing)
	}
	return r.err
}
