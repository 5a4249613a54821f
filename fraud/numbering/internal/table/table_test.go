package table

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"testing"
	"unsafe"
)

// sample knows +49 17 as a mobile number of a carrier, and nothing else.
func sample() *Table {
	digit := func(d int, to, out uint16) (n Node) {
		n.Next[d], n.Out = to, out
		return n
	}
	return &Table{
		Source:   "test",
		Nodes:    []Node{{}, {Out: 2}, digit(7, 1, 0), digit(1, 2, 0), digit(9, 3, 0), digit(4, 4, 0), digit(0, 7, 1), {Out: AcceptPrefix}},
		Root:     5,
		Outcomes: []Outcome{{}, {Type: FixedLine}, {Type: Mobile}},
		Regions:  []Region{{Name: "DE", CC: 49, General: 3, IDD: 6, Prefix: "0"}},
		CarrierNodes: []Node{{}, digit(4, 2, 0), digit(9, 3, 0),
			{Out: 1}},
		Carriers: []Carrier{{}, {Name: "Telekom", PLMN: 1}},
		PLMNs:    []string{"", "26201"},
	}
}

func TestWalk(t *testing.T) {
	tb := sample()
	for digits, want := range map[string]uint16{"4917": 2, "491": 0, "49170": 0, "4916": 0, "": 0, "49x7": 0, "49/7": 0} {
		if got := Walk(tb.Nodes, tb.Root, digits); got != want {
			t.Errorf("Walk(%q) = %d, want %d", digits, got, want)
		}
	}
	for digits, want := range map[string]bool{"": true, "0": true, "0x": true, "012": true, "1": false, "x": false} {
		if got := tb.Accepts(6, digits); got != want {
			t.Errorf("Accepts(%q) = %v, want %v", digits, got, want)
		}
	}
	for digits, want := range map[string]string{"4917": "Telekom", "49": "Telekom", "4": "", "48": "", "49x": "Telekom"} {
		if got := tb.Carrier(digits); got.Name != want {
			t.Errorf("Carrier(%q) = %q, want %q", digits, got.Name, want)
		}
	}
	if got := tb.PLMN(&tb.Carriers[1], &tb.Regions[0]); got != "26201" {
		t.Errorf("PLMN = %q", got)
	}
	if got := tb.PLMN(&tb.Carriers[1], &Region{Ordinal: 9}); got != "" {
		t.Errorf("PLMN of a region beyond the list = %q", got)
	}
}

func TestOpen(t *testing.T) {
	want := sample()
	got, err := Open(string(want.Append(nil)))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Open = %+v, %v; want %+v", got, err, want)
	}
	if unsafe.Sizeof(Node{}) != nodeSize {
		t.Errorf("a node has %d octets", unsafe.Sizeof(Node{}))
	}
}

// A file that was cut or changed is refused by its sum; one whose sum was made
// to fit is refused, or is harmless.
func TestOpenDamaged(t *testing.T) {
	file := sample().Append(nil)
	for n := range file {
		if _, err := Open(string(file[:n])); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d octets: %v", n, err)
		}
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := append([]byte(nil), file...)
			bad[n] ^= flip
			if _, err := Open(string(bad)); !errors.Is(err, ErrDamaged) {
				t.Fatalf("octet %d changed: %v", n, err)
			}
			exercise(t, resum(bad))
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample().Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) { exercise(t, resum(b)) })
}

// resum makes the sum fit.
func resum(b []byte) []byte {
	if body := len(magic) + 4; len(b) >= body {
		binary.LittleEndian.PutUint32(b[len(magic):], crc32.ChecksumIEEE(b[body:]))
	}
	return b
}

// exercise walks through a table, if it opens.
func exercise(t *testing.T, file []byte) {
	t.Helper()
	tb, err := Open(string(file))
	if err != nil {
		return
	}
	for _, digits := range []string{"4917", "0", "999999999999999999999999999"} {
		if out := Walk(tb.Nodes, tb.Root, digits); int(out) < len(tb.Outcomes) && len(tb.Regions) > 0 {
			r := &tb.Regions[tb.Outcomes[out].Region]
			tb.PLMN(tb.Carrier(digits), r)
			tb.Accepts(r.General, digits)
			tb.Accepts(r.Odd, digits)
		}
	}
}
