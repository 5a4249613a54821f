package record

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sealed(t *testing.T, k *Key, chunks ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := newSealer(&b, k)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		if err := s.write([]byte(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSeal(t *testing.T) {
	k := NewKey()
	big := strings.Repeat("a line of traffic\n", 20_000)
	b := sealed(t, k, "first\n", big, "last\n")
	if bytes.Contains(b, []byte("traffic")) || !IsSealed(b) {
		t.Error("not sealed")
	}
	got, err := io.ReadAll(Open(bytes.NewReader(b), k))
	if err != nil || string(got) != "first\n"+big+"last\n" {
		t.Fatalf("%d octets, %v", len(got), err)
	}
	again := sealed(t, k, "first\n")
	if bytes.Equal(b[:headerSize], again[:headerSize]) {
		t.Error("two files have one salt")
	}
}

func TestSealRefuses(t *testing.T) {
	k := NewKey()
	b := sealed(t, k, "one\n", "two\n", "three\n")
	read := func(b []byte, k *Key) (string, error) {
		got, err := io.ReadAll(Open(bytes.NewReader(b), k))
		return string(got), err
	}
	if _, err := read(b, NewKey()); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := read([]byte("{\"at\": 1}\n"), k); !errors.Is(err, ErrNotSealed) {
		t.Errorf("plain lines: %v", err)
	}
	for n := headerSize; n < len(b); n++ { // cut anywhere: what was whole, and that it was cut
		got, err := read(b[:n], k)
		if !errors.Is(err, ErrTruncated) || !strings.HasPrefix("one\ntwo\nthree\n", got) {
			t.Fatalf("cut at %d: %q, %v", n, got, err)
		}
	}
	for i := range b { // changed anywhere: never taken for whole
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		if got, err := read(bad, k); err == nil {
			t.Fatalf("octet %d changed: %q", i, got)
		}
	}
	if _, err := read(append(bytes.Clone(b), b[headerSize:]...), k); !errors.Is(err, ErrTampered) {
		t.Errorf("something behind the end: %v", err)
	}
	size := 4 + 4 + 16 // of the first two chunks, which are alike in length
	swapped := bytes.Clone(b)
	copy(swapped[headerSize:], b[headerSize+size:headerSize+2*size])
	copy(swapped[headerSize+size:], b[headerSize:headerSize+size])
	if got, err := read(swapped, k); !errors.Is(err, ErrTampered) || got != "" {
		t.Errorf("chunks in another order: %q, %v", got, err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "record.key")
	if _, err := LoadKey(path, false); err == nil {
		t.Error("a key that is not there")
	}
	k, err := LoadKey(path, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadKey(path, true)
	if err != nil || !bytes.Equal(k.check(), again.check()) {
		t.Error("another key the second time", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(path, false); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("a key that all can read: %v", err)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("tollgate-record-1:short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(bad, true); err == nil {
		t.Error("half a key")
	}
}
