package record

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A sealed file:
//
//	8 octets   "TGREC" and the format's number, 1
//	16 octets  salt of the file's key
//	8 octets   check value of the recorder's key
//	chunks:    4 octets length of what follows, big-endian; its top bit marks the last
//	           the ciphertext of at most 64 KiB, and its 16 octets of tag
//
// The nonce of a chunk is its number, and in its last octet whether it is the
// last: a chunk opens at its own place alone.
const (
	saltSize   = 16
	checkSize  = 8
	headerSize = 8 + saltSize + checkSize
	maxChunk   = 64 << 10
	lastBit    = 1 << 31
)

var magic = [8]byte{'T', 'G', 'R', 'E', 'C', 0, 0, 1}

// What Open's reader answers for a file that cannot be read to its end.
var (
	ErrNotSealed = errors.New("record: this is not a sealed recording")
	ErrKey       = errors.New("record: it was sealed with another key")
	ErrTampered  = errors.New("record: the file was changed after it was written")
	// ErrTruncated comes after everything that was whole: the file has no
	// end, as after a crash, while it is being written, or when it was cut.
	ErrTruncated = fmt.Errorf("record: the file ends without its end mark; what was sealed before is whole: %w", io.ErrUnexpectedEOF)
)

// IsSealed looks at the first octets of a file, at least 8.
func IsSealed(start []byte) bool { return bytes.HasPrefix(start, magic[:]) }

// sealer writes one file.
type sealer struct {
	w     io.Writer
	aead  cipher.AEAD
	count uint64
	buf   []byte
}

// newSealer writes the header.
func newSealer(w io.Writer, k *Key) (*sealer, error) {
	head := make([]byte, headerSize)
	copy(head, magic[:])
	rand.Read(head[8 : 8+saltSize])
	copy(head[8+saltSize:], k.check())
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	return &sealer{w: w, aead: k.aead(head[8 : 8+saltSize])}, nil
}

func nonce(count uint64, last bool) (n [12]byte) {
	binary.BigEndian.PutUint64(n[3:], count)
	if last {
		n[11] = 1
	}
	return n
}

// chunk seals at most maxChunk octets; last ends the file.
func (s *sealer) chunk(plain []byte, last bool) error {
	n := nonce(s.count, last)
	s.count++
	size := uint32(len(plain) + s.aead.Overhead())
	if last {
		size |= lastBit
	}
	s.buf = binary.BigEndian.AppendUint32(s.buf[:0], size)
	s.buf = s.aead.Seal(s.buf, n[:], plain, nil)
	_, err := s.w.Write(s.buf)
	return err
}

// write seals p in as many chunks as it takes.
func (s *sealer) write(p []byte) error {
	for len(p) > 0 {
		n := min(len(p), maxChunk)
		if err := s.chunk(p[:n], false); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// end marks the file as whole.
func (s *sealer) end() error { return s.chunk(nil, true) }

// opened reads one file.
type opened struct {
	in    *bufio.Reader
	aead  cipher.AEAD
	count uint64
	rest  []byte
	buf   []byte
	err   error
}

// Open reads what is sealed in r: the JSON Lines as they were recorded. Its
// first Read may fail with ErrNotSealed or ErrKey, later ones with ErrTampered
// or, behind the last whole chunk, ErrTruncated.
func Open(r io.Reader, k *Key) io.Reader {
	o := &opened{in: bufio.NewReaderSize(r, 1<<17)}
	head := make([]byte, headerSize)
	_, err := io.ReadFull(o.in, head)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		o.err = err
	case err != nil || !IsSealed(head):
		o.err = ErrNotSealed
	case !bytes.Equal(head[8+saltSize:], k.check()):
		o.err = ErrKey
	default:
		o.aead = k.aead(head[8 : 8+saltSize])
	}
	return o
}

func (o *opened) Read(p []byte) (int, error) {
	for len(o.rest) == 0 {
		if o.err != nil {
			return 0, o.err
		}
		o.next()
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// next opens one chunk.
func (o *opened) next() {
	var head [4]byte
	if _, err := io.ReadFull(o.in, head[:]); err != nil {
		o.err = cut(err)
		return
	}
	size := binary.BigEndian.Uint32(head[:])
	last := size&lastBit != 0
	size &^= lastBit
	if int(size) < o.aead.Overhead() || int(size) > maxChunk+o.aead.Overhead() {
		o.err = ErrTampered
		return
	}
	o.buf = append(o.buf[:0], make([]byte, size)...)
	if _, err := io.ReadFull(o.in, o.buf); err != nil {
		o.err = cut(err)
		return
	}
	n := nonce(o.count, last)
	o.count++
	plain, err := o.aead.Open(o.buf[:0], n[:], o.buf, nil)
	if err != nil {
		o.err = ErrTampered
		return
	}
	o.rest = plain
	if last {
		o.err = io.EOF
		if _, err := o.in.ReadByte(); err == nil {
			o.err = ErrTampered // something stands behind the end
		}
	}
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return err
}
