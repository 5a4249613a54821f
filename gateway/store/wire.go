package store

import (
	"errors"
	"fmt"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"tollgate/hlr/subscriber"
)

// Records are stored in the wire format of protocol buffers (tag, type,
// value), written by hand: no generator and no reflection on the hot path. A
// zero field is left out. A field number is never given another meaning; a
// reader skips the numbers it does not know, so that the former version can
// still read what a newer one wrote.
//
// Times are fixed64 nanoseconds since 1970, UTC when read; hashes are 20
// octets (key id, big-endian, and sum).

var errMalformed = errors.New("store: malformed record")

const hashSize = 4 + 16

func appendString(b []byte, num protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendString(b, s)
}

func appendBytes(b []byte, num protowire.Number, v []byte) []byte {
	if len(v) == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendBytes(b, v)
}

func appendID(b []byte, num protowire.Number, id ID) []byte {
	if id.IsZero() {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendBytes(b, id[:])
}

func appendUint(b []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.VarintType)
	return protowire.AppendVarint(b, v)
}

func appendInt(b []byte, num protowire.Number, v int64) []byte {
	return appendUint(b, num, protowire.EncodeZigZag(v))
}

func appendBool(b []byte, num protowire.Number, v bool) []byte {
	if !v {
		return b
	}
	return appendUint(b, num, 1)
}

func appendFloat(b []byte, num protowire.Number, v float64) []byte {
	bits := math.Float64bits(v)
	if bits == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.Fixed64Type)
	return protowire.AppendFixed64(b, bits)
}

func appendTime(b []byte, num protowire.Number, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.Fixed64Type)
	return protowire.AppendFixed64(b, uint64(t.UnixNano()))
}

func appendHash(b []byte, num protowire.Number, h subscriber.Hash) []byte {
	if h.IsZero() {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	b = protowire.AppendVarint(b, hashSize)
	b = append(b, byte(h.Key>>24), byte(h.Key>>16), byte(h.Key>>8), byte(h.Key))
	return append(b, h.Sum[:]...)
}

// beginNested starts a message inside a message; endNested, given what it
// returned, writes the length in front, which is known only then.
func beginNested(b []byte, num protowire.Number) (out []byte, mark int) {
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return append(b, 0), len(b) + 1
}

func endNested(b []byte, mark int) []byte {
	n := len(b) - mark
	if n < 0x80 {
		b[mark-1] = byte(n)
		return b
	}
	var length [10]byte
	l := protowire.AppendVarint(length[:0], uint64(n))
	b = append(b, l[1:]...) // room only; the octets move below
	copy(b[mark+len(l)-1:], b[mark:mark+n])
	copy(b[mark-1:], l)
	return b
}

// reader walks over the fields of one record. The getters read the current
// field and note a wrong type; err tells at the end whether all was well.
type reader struct {
	rest []byte
	num  protowire.Number
	typ  protowire.Type
	u    uint64
	v    []byte
	err  error
}

// next moves to the next field. It is false at the end and after an error.
func (r *reader) next() bool {
	if r.err != nil || len(r.rest) == 0 {
		return false
	}
	num, typ, n := protowire.ConsumeTag(r.rest)
	if n < 0 {
		return r.fail()
	}
	r.rest = r.rest[n:]
	r.num, r.typ = num, typ
	switch typ {
	case protowire.VarintType:
		r.u, n = protowire.ConsumeVarint(r.rest)
	case protowire.Fixed64Type:
		r.u, n = protowire.ConsumeFixed64(r.rest)
	case protowire.BytesType:
		r.v, n = protowire.ConsumeBytes(r.rest)
	default:
		n = protowire.ConsumeFieldValue(num, typ, r.rest)
	}
	if n < 0 {
		return r.fail()
	}
	r.rest = r.rest[n:]
	return true
}

func (r *reader) fail() bool {
	if r.err == nil {
		r.err = errMalformed
	}
	return false
}

func (r *reader) is(typ protowire.Type) bool {
	if r.typ != typ {
		r.fail()
	}
	return r.typ == typ
}

func (r *reader) bytes() []byte {
	if !r.is(protowire.BytesType) {
		return nil
	}
	return r.v
}

func (r *reader) string() string { return string(r.bytes()) }

func (r *reader) uint() uint64 {
	if !r.is(protowire.VarintType) {
		return 0
	}
	return r.u
}

func (r *reader) int() int64 { return protowire.DecodeZigZag(r.uint()) }

func (r *reader) bool() bool { return r.uint() != 0 }

func (r *reader) float() float64 {
	if !r.is(protowire.Fixed64Type) {
		return 0
	}
	return math.Float64frombits(r.u)
}

func (r *reader) time() time.Time {
	if !r.is(protowire.Fixed64Type) {
		return time.Time{}
	}
	return time.Unix(0, int64(r.u)).UTC()
}

func (r *reader) id() (id ID) {
	if b := r.bytes(); len(b) == len(id) {
		copy(id[:], b)
	} else {
		r.fail()
	}
	return id
}

func (r *reader) hash() (h subscriber.Hash) {
	b := r.bytes()
	if len(b) != hashSize {
		r.fail()
		return h
	}
	h.Key = uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	copy(h.Sum[:], b[4:])
	return h
}

// nested decodes the current field with decode.
func nested[T any](r *reader, decode func([]byte) (T, error)) T {
	v, err := decode(r.bytes())
	if err != nil && r.err == nil {
		r.err = err
	}
	return v
}

// done wraps what went wrong with the record's name.
func (r *reader) done(record string) error {
	if r.err != nil {
		return fmt.Errorf("%s: %w", record, r.err)
	}
	return nil
}
