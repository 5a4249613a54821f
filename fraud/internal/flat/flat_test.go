package flat

import (
	"testing"

	"tollgate/fraud"
)

func TestTable(t *testing.T) {
	want := []fraud.Source{{Name: "n", Version: "1", Date: "2026-01-02", Licence: "CC0-1.0"}}
	b, err := Append(nil, "x1", want, []byte("one"), nil, []byte("three"))
	if err != nil {
		t.Fatal(err)
	}
	h, parts, err := Read(b, "x1", 3)
	if err != nil || string(parts[0]) != "one" || len(parts[1]) != 0 || string(parts[2]) != "three" || h.Sources[0] != want[0] || h.SHA256 != Sum(parts) {
		t.Errorf("%+v %q %v", h, parts, err)
	}
	for n := range b {
		if _, _, err := Read(b[:n], "x1", 3); err == nil {
			t.Errorf("read from its first %d octets", n)
		}
	}
	if _, _, err := Read(append(b, 'x'), "x1", 3); err == nil {
		t.Error("a longer table was taken")
	}
	if _, _, err := Read(b, "x2", 3); err == nil {
		t.Error("a table of another form was taken")
	}
}

func FuzzRead(f *testing.F) {
	b, _ := Append(nil, "x1", nil, []byte("one"))
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) { _, _, _ = Read(b, "x1", 1) })
}
