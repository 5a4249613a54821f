package gateway

import (
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/smsc"
)

func TestUnanswered(t *testing.T) {
	u := newUnanswered()
	settled := func(generation uint64) bool { return u.oldest() > generation }
	if g := u.mark(); !settled(g) {
		t.Error("nothing has begun, and yet something is open")
	}
	first := u.begin()
	second := u.begin()
	moment := u.mark()
	later := u.begin()
	if settled(moment) {
		t.Error("two have no response")
	}
	u.end(second)
	if settled(moment) {
		t.Error("the first has no response")
	}
	u.end(first)
	if !settled(moment) {
		t.Error("what began later counts")
	}
	if settled(u.mark()) {
		t.Error("the later one is open")
	}
	u.end(later)
	if !settled(u.mark()) || len(u.open) > 0 {
		t.Errorf("all have their response; open: %v", u.open)
	}
}

// A receipt that comes twice belongs to nobody the second time. It must not
// stand in the carrier's window until it is given up.
func TestRepeatedReceiptsHoldNothingUp(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {DuplicateReceipt: 1, ReceiptWindow: 10}}})
	r.until("the bind stands", func() bool { return r.carriers[0].Health().Up })
	began := time.Now()
	for _, id := range r.load(200) {
		r.await(id, store.Delivered)
	}
	// One that waits for its time-out takes 5 s, and 10 at a time do.
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("200 messages needed %v", took)
	}
}

// An early receipt still waits for its response while others come and go.
func TestEarlyReceiptsUnderLoad(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {
		EarlyReceipt: 1, DuplicateReceipt: 0.2, ResponseDelay: smsc.Distribution{Value: 60 * time.Millisecond},
	}}})
	for i, id := range r.load(300) {
		if v := r.ended(id); v.Delivery.Status != store.Delivered {
			t.Fatalf("message %d ended as %v: %v", i, v.Delivery.Status, v.Delivery.Timeline)
		}
	}
}
