package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/smsc"
)

// TestFullCarrierDelaysNoOther fills one carrier's queue: messages go to the other
// one, and are refused when neither has room.
func TestFullCarrierDelaysNoOther(t *testing.T) {
	r := newRig(t, rigOptions{sims: map[string]*smsc.Profile{"a": {}, "b": {}}, dispatch: DispatchConfig{MaxMessages: 8}})
	d := r.Dispatcher
	for _, c := range []struct {
		a, b       int64 // waiting at each
		code, text bool  // is there room
	}{{0, 0, true, true}, {6, 0, true, true}, {0, 6, true, true}, {5, 6, true, false}, {6, 6, false, false}} {
		d.lanes["a"].queue.size.Store(c.a)
		d.lanes["b"].queue.size.Store(c.b)
		for kind, want := range map[store.Kind]bool{store.KindOTP: c.code, store.KindText: c.text} {
			for range 20 { // the router draws lots
				plan := d.router.Plan("+4915112345678", "")
				if got := d.withRoom(plan, kind); got != want {
					t.Fatalf("%d and %d wait: room for kind %d: %v, want %v", c.a, c.b, kind, got, want)
				}
				if want && d.lanes[plan[0].Carrier].full(kind) {
					t.Fatalf("%d and %d wait: kind %d goes to %s, which is full", c.a, c.b, kind, plan[0].Carrier)
				}
			}
		}
	}
	if got := r.refused("+4915112345699", "login", CodeOverloaded); got.RetryAfter <= 0 {
		t.Error("overloaded without Retry-After")
	}
	if n := d.waiting.Load(); n != 0 {
		t.Errorf("%d messages count after a refusal", n)
	}
	d.lanes["b"].queue.size.Store(0)
	r.await(r.accepted("+4915112345699", "login").ID, store.Delivered)
}

// TestStalledCarrierGetsNoMore lets the oldest message of a queue grow too old.
func TestStalledCarrierGetsNoMore(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{MaxAge: time.Minute}})
	first := r.accepted("+4915112345610", "login")
	r.pass(2 * time.Minute)
	r.until("the queue is known to stand still", func() bool { return r.Dispatcher.lanes["sim"].stalled.Load() })
	r.refused("+4915112345617", "login", CodeOverloaded)
	r.up("sim")
	r.await(first.ID, store.Delivered)
	r.until("it moves again", func() bool { _, err := r.send("+4915112345617", "login"); return err == nil })
}

// TestTextsLeaveRoomToCodes fills the queue with texts as far as they may.
func TestTextsLeaveRoomToCodes(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{MaxMessages: 8}})
	d := r.Dispatcher
	texts := 0
	for d.Admit(10, store.KindText) == nil {
		texts++
	}
	if texts != 6 {
		t.Errorf("%d texts were admitted to a queue of 8, want 6", texts)
	}
	must(t, d.Admit(10, store.KindOTP))
	must(t, d.Admit(10, store.KindOTP))
	if d.Admit(10, store.KindOTP) == nil {
		t.Error("a ninth message was admitted")
	}
}

// TestFullNamesItsBound fills the queue with messages, then with octets.
func TestFullNamesItsBound(t *testing.T) {
	for bound, c := range map[string]DispatchConfig{"max_messages": {MaxMessages: 1}, "max_bytes": {MaxBytes: 1}} {
		r := newRig(t, rigOptions{down: true, policy: "observe", dispatch: c})
		if bound == "max_messages" {
			r.accepted("+4915112345610", "login")
		}
		if got := r.refused("+4915112345617", "login", CodeOverloaded); !strings.Contains(got.Detail, "the queue is full: "+bound) {
			t.Errorf("%s: refused with %q", bound, got.Detail)
		}
	}
}

// A carrier that takes everything and never tells what became of it fills the memory
// too.
func TestAwaitedIsBounded(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{MaxAwaiting: 3, ResidentAwaiting: 1}, sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	for i := range 3 {
		r.await(r.accepted(fmt.Sprintf("+49151123456%02d", 10+7*i), "login").ID, store.Submitted)
	}
	if got := r.refused("+4915112345699", "login", CodeOverloaded); got.RetryAfter <= 0 || !strings.Contains(got.Detail, "await their receipts") {
		t.Errorf("refused with %+v", got)
	}
	r.pass(20 * time.Minute) // they are given up
	r.until("room for another", func() bool { _, err := r.send("+4915112345699", "login"); return err == nil })
	if n := r.Dispatcher.awaiting.count(); n > 1 {
		t.Errorf("%d await their receipts, want the last one", n)
	}
}
