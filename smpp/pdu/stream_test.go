package pdu

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// traffic is all vectors, then a PDU larger than the buffer begins with, then
// all vectors again.
func traffic(t testing.TB) (stream []byte, pdus [][]byte) {
	large, err := Append(nil, &SubmitSM{TLVs: TLVs{{TagMessagePayload, make([]byte, 50000)}}}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors(t) {
		pdus = append(pdus, v.wire)
	}
	pdus = append(append(pdus, large), pdus...)
	for range 30 { // enough for the buffer to grow and to move
		pdus = append(pdus, pdus[:20]...)
	}
	return bytes.Join(pdus, nil), pdus
}

func TestReader(t *testing.T) {
	stream, pdus := traffic(t)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"whole":     func(r io.Reader) io.Reader { return r },
		"one octet": iotest.OneByteReader,
		"halves":    iotest.HalfReader,
		"late EOF":  iotest.DataErrReader,
	} {
		r := NewReader(wrap(bytes.NewReader(stream)), 0)
		for i, want := range pdus {
			h, wire, err := r.Next()
			if err != nil || !bytes.Equal(wire, want) || h != DecodeHeader(want) {
				t.Fatalf("%s: PDU %d: %d octets, %v", name, i, len(wire), err)
			}
		}
		if _, _, err := r.Next(); err != io.EOF {
			t.Errorf("%s: at the end: %v", name, err)
		}
	}
}

func TestReaderFailures(t *testing.T) {
	enquire, _ := Append(nil, &EnquireLink{}, 0, 1)
	for _, c := range []struct {
		name   string
		stream string
		max    uint32
		want   error
	}{
		{"nothing", "", 0, io.EOF},
		{"cut in the header", string(enquire[:15]), 0, io.ErrUnexpectedEOF},
		{"cut in the body", "\x00\x00\x00\x11" + string(enquire[4:]), 0, io.ErrUnexpectedEOF},
		{"too short a length", "\x00\x00\x00\x0f" + string(enquire[4:]), 0, ErrFraming},
		{"above the limit", "\x00\x01\x00\x01" + string(enquire[4:]), 0, ErrFraming},
		{"above the caller's limit", "\x00\x00\x01\x01" + string(enquire[4:]), 256, ErrFraming},
		{"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0, ErrFraming},
	} {
		if _, _, err := NewReader(bytes.NewReader([]byte(c.stream)), c.max).Next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, _, err := NewReader(silentReader{}, 0).Next(); err != io.ErrNoProgress {
		t.Errorf("a source that returns nothing: %v", err)
	}
}

type silentReader struct{}

func (silentReader) Read([]byte) (int, error) { return 0, nil }

// TestReaderGoesOnAfterATimeout: a read deadline in the middle of a PDU costs
// nothing.
func TestReaderGoesOnAfterATimeout(t *testing.T) {
	wire := vectors(t)[0].wire
	r := NewReader(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(wire))), 0)
	if _, _, err := r.Next(); err != iotest.ErrTimeout {
		t.Fatalf("first: %v", err)
	}
	if _, got, err := r.Next(); err != nil || !bytes.Equal(got, wire) {
		t.Errorf("second: %x, %v", got, err)
	}
}

func TestReady(t *testing.T) {
	stream, pdus := traffic(t)
	r := NewReader(bytes.NewReader(stream[:len(pdus[0])+len(pdus[1])+20]), 0)
	for i, want := range []bool{true, false} {
		if _, _, err := r.Next(); err != nil || r.Ready() != want {
			t.Errorf("after PDU %d: ready %v, %v", i, r.Ready(), err)
		}
	}
	r = NewReader(bytes.NewReader(append(bytes.Clone(pdus[0]), make([]byte, HeaderLen)...)), 0)
	if _, _, err := r.Next(); err != nil || !r.Ready() {
		t.Errorf("lost framing is not ready: %v", err)
	}
}

func TestIdleReaderIsSmall(t *testing.T) {
	r := NewReader(bytes.NewReader(vectors(t)[0].wire), 0)
	if _, _, err := r.Next(); err != nil || len(r.buf) != streamBufferMin {
		t.Errorf("%d octets for one small PDU, %v", len(r.buf), err)
	}
}

func FuzzReader(f *testing.F) {
	stream, _ := traffic(f)
	f.Add(stream[:2000], byte(0))
	f.Add(stream[:100], byte(1))
	f.Fuzz(func(t *testing.T, stream []byte, how byte) {
		var src io.Reader = bytes.NewReader(stream)
		if how%2 == 1 {
			src = iotest.HalfReader(src)
		}
		r, at := NewReader(src, 4096), 0
		for {
			h, wire, err := r.Next()
			if err != nil {
				break
			}
			if int(h.Length) != len(wire) || !bytes.Equal(wire, stream[at:at+len(wire)]) {
				t.Fatalf("octets %d to %d are not the stream's", at, at+len(wire))
			}
			at += len(wire)
		}
	})
}
