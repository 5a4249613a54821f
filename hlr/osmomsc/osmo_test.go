package osmomsc

import (
	"errors"
	"testing"

	"tollgate/hlr"
	"tollgate/hlr/osmotest"
)

// A real osmo-msc: where the handset is, which one it is, and that it moved.
func TestOsmoMSC(t *testing.T) {
	t.Parallel()
	h := osmotest.StartHLR(t)
	h.Create("001010000000001", string(number))
	m := osmotest.StartMSC(t, h, "001010000000001", 4321, 8765)
	p := New(Config{Addr: m.VTY, Network: "00101"})
	defer p.Close()
	s, err := lookup(t, p, number)
	if err != nil || s.LAC != 4321 || s.CID != 8765 || s.IMEI != "35209900176148" || s.Reachable == nil || !*s.Reachable {
		t.Errorf("at first: %v/%v, %v", s.LAC, s.CID, err)
	}
	m.Move(99, 77)
	if s, err := lookup(t, p, number); err != nil || s.LAC != 99 || s.CID != 77 {
		t.Errorf("after the move: %v/%v, %v", s.LAC, s.CID, err)
	}
	if _, err := lookup(t, p, number+"1"); !errors.Is(err, hlr.ErrNotCovered) {
		t.Errorf("who is not attached: %v", err)
	}
}

func BenchmarkOsmoMSC(b *testing.B) {
	h := osmotest.StartHLR(b)
	h.Create("001010000000001", string(number))
	m := osmotest.StartMSC(b, h, "001010000000001", 1, 1)
	p := New(Config{Addr: m.VTY})
	defer p.Close()
	for b.Loop() {
		if _, err := p.Lookup(b.Context(), number); err != nil {
			b.Fatal(err)
		}
	}
}
