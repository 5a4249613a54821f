package pdu

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Sizes of a Reader's buffer, in octets: it starts small because a process may
// hold ten thousand idle binds, and doubles when a read fills it.
const (
	streamBufferMin = 1 << 10
	streamBufferMax = 32 << 10 // beyond it only for a PDU that needs more
	emptyReadsMax   = 100
)

// Reader cuts a byte stream into whole PDUs. It is not safe for concurrent use.
type Reader struct {
	src       io.Reader
	max       uint32
	buf       []byte
	pos, have int // buf[pos:have] is read and not yet handed out
}

// NewReader reads from r and takes PDUs of up to maxLength octets; 0 stands for
// MaxLength, and less than HeaderLen for HeaderLen.
func NewReader(r io.Reader, maxLength uint32) *Reader {
	if maxLength == 0 {
		maxLength = MaxLength
	}
	return &Reader{src: r, max: max(maxLength, HeaderLen), buf: make([]byte, streamBufferMin)}
}

// Next returns the next PDU and its octets, header included, which are borrowed
// until the next call. At the end of the stream it returns io.EOF between two
// PDUs and io.ErrUnexpectedEOF inside one; a command_length out of bounds is
// ErrFraming. After a read's deadline has passed, Next may be called again: no
// octet is lost.
func (r *Reader) Next() (Header, []byte, error) {
	if err := r.fill(HeaderLen); err != nil {
		return Header{}, nil, err
	}
	h := DecodeHeader(r.buf[r.pos:])
	if h.Length < HeaderLen || h.Length > r.max {
		return h, nil, fmt.Errorf("read a PDU: command_length %d is not within %d to %d: %w", h.Length, HeaderLen, r.max, ErrFraming)
	}
	n := int(h.Length)
	if err := r.fill(n); err != nil {
		return h, nil, err
	}
	wire := r.buf[r.pos : r.pos+n : r.pos+n]
	r.pos += n
	return h, wire, nil
}

// Ready says that Next will return without reading: a whole PDU, or one that
// has lost its framing, is already in the buffer. A session uses it to hand over
// what arrived together in one batch.
func (r *Reader) Ready() bool {
	b := r.buf[r.pos:r.have]
	if len(b) < HeaderLen {
		return false
	}
	n := binary.BigEndian.Uint32(b)
	return n < HeaderLen || n > r.max || int(n) <= len(b)
}

// fill reads until n octets are in the buffer.
func (r *Reader) fill(n int) error {
	for empty := 0; r.have-r.pos < n; {
		r.makeRoom(n)
		got, err := r.src.Read(r.buf[r.have:])
		r.have += got
		if got == 0 {
			empty++
		}
		switch {
		case r.have-r.pos >= n:
		case err == io.EOF && r.have > r.pos:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case empty >= emptyReadsMax:
			return io.ErrNoProgress
		}
	}
	return nil
}

// makeRoom moves what is left to the front, and grows the buffer when it is too
// small for n octets or when the last read filled it.
func (r *Reader) makeRoom(n int) {
	size := len(r.buf)
	if r.have == size && r.pos > 0 && size < streamBufferMax {
		size *= 2
	}
	size = max(size, n)
	if size == len(r.buf) {
		r.have = copy(r.buf, r.buf[r.pos:r.have])
		r.pos = 0
		return
	}
	grown := make([]byte, size)
	r.have = copy(grown, r.buf[r.pos:r.have])
	r.pos, r.buf = 0, grown
}
