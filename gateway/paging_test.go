package gateway

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/smsc"
)

// sent is one accepted message of a test.
type sent struct {
	id      store.ID
	text    bool
	expires time.Time
}

// backlogOf sends codes and texts of many lives, by their numbers.
func (r *rig) backlogOf(n int) map[string]sent {
	r.t.Helper()
	all := map[string]sent{}
	rng := rand.New(rand.NewPCG(7, 8))
	for i, life := range rng.Perm(n) {
		req := &SendRequest{Kind: store.KindOTP, To: fmt.Sprintf("+491512%07d", i), Purpose: "login", TTL: time.Duration(120+life) * time.Second}
		if i%3 == 0 {
			req = &SendRequest{Kind: store.KindText, To: req.To, Text: "news", TTL: req.TTL}
		}
		a, err := r.Send(r.t.Context(), r.tenant, req)
		must(r.t, err)
		all[a.To.Digits()] = sent{a.ID, i%3 == 0, a.ExpiresAt}
	}
	return all
}

// arrivedInOrder wants codes before texts, and the earliest deadline first.
func (r *rig) arrivedInOrder(all map[string]sent) {
	r.t.Helper()
	r.until("all have arrived", func() bool { return len(r.sims["sim"].Inbox()) == len(all) })
	var last sent
	for i, m := range r.sims["sim"].Inbox() {
		this := all[strings.TrimPrefix(m.To, "+")]
		if last.text && !this.text || last.text == this.text && this.expires.Before(last.expires) {
			r.t.Fatalf("arrival %d should have been before the one that it follows: %+v, %+v", i, this, last)
		}
		last = this
	}
}

// A queue longer than what is resident stands on disk, and comes in its order.
func TestPagedQueue(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 10, ReadAhead: 10}})
			all := r.backlogOf(300)
			if n, paged := r.Dispatcher.flights.len(), r.Dispatcher.pagedOut(); n > 20 || n+paged != 300 {
				t.Errorf("%d messages in memory and %d on disk, want some 10 of 300", n, paged)
			}
			if n := r.Dispatcher.waiting.Load(); n != 300 {
				t.Errorf("%d messages count against the queue's bound, want all 300", n)
			}
			if restart {
				r.crash()
				r.start()
			}
			r.up("sim")
			if !restart { // else texts may come while the list of codes is read
				r.arrivedInOrder(all)
			}
			for _, m := range all {
				if v := r.endedAs(m.id, kindOf(m.text)); v.Delivery.Status != store.Delivered {
					t.Errorf("%v: %v", m.id, v.Delivery.Timeline)
				}
			}
			r.boundsAreFree()
		})
	}
}

// Messages on disk are canceled and expire like others.
func TestPagedQueueCancelAndExpiry(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 5}})
	var ids []store.ID
	for i := range 40 {
		ids = append(ids, r.accepted(fmt.Sprintf("+491512%07d", i), "login").ID)
	}
	_, err := r.Service.Cancel(t.Context(), r.tenant, ids[30])
	must(t, err)
	if v := r.view(ids[30]); v.Delivery.Status != store.Canceled {
		t.Errorf("canceled on disk: %v", v.Delivery.Status)
	}
	r.pass(time.Hour)
	for i, id := range ids {
		want := store.Expired
		if i == 30 {
			want = store.Canceled
		}
		r.await(id, want)
	}
	r.until("nothing is open", func() bool { return r.Dispatcher.flights.len()+r.Dispatcher.pagedOut() == 0 })
}

// Messages whose receipts are late stand on disk until these come.
func TestPagedReceipts(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{ResidentAwaiting: 10}, sims: map[string]*smsc.Profile{"sim": {
				ReceiptDelay: smsc.Distribution{Kind: "uniform", Min: 2 * time.Second, Max: 4 * time.Second}, DuplicateReceipt: 0.2,
			}}})
			ids := r.load(200)
			for i := range 20 { // several parts, each with its receipt
				a, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491513%07d", i), Text: strings.Repeat("a long text ", 30)})
				must(t, err)
				ids = append(ids, a.ID)
			}
			for _, id := range ids[:200] {
				r.await(id, store.Submitted)
			}
			r.until("only some are in memory", func() bool { return r.Dispatcher.flights.len() <= 10 })
			if restart {
				r.crash()
				r.start()
			}
			for i, id := range ids {
				v := r.endedAs(id, kindOf(i >= 200))
				if v.Delivery.Status != store.Delivered {
					t.Fatalf("message %d: %v, %v", i, v.Delivery.Status, v.Delivery.Timeline)
				}
				if names := stepNames(v); !restart && i < 200 && names != "accepted routed submitted delivered" {
					t.Fatalf("message %d went through %s", i, names)
				}
			}
			r.until("nothing is open", func() bool { return r.Dispatcher.flights.len()+r.Dispatcher.pagedOut() == 0 })
		})
	}
}

func kindOf(text bool) store.Kind {
	if text {
		return store.KindText
	}
	return store.KindOTP
}

// endedAs waits for the end of a message of a kind.
func (r *rig) endedAs(id store.ID, kind store.Kind) (v *View) {
	r.t.Helper()
	r.until("it ends", func() bool {
		v = r.viewOf(id, kind)
		return v.Delivery.Status.Terminal()
	})
	return v
}

func (r *rig) viewOf(id store.ID, kind store.Kind) *View {
	r.t.Helper()
	v, err := r.View(r.t.Context(), r.tenant, id, kind)
	must(r.t, err)
	return v
}

func stepNames(v *View) string {
	var names []string
	for _, s := range v.Delivery.Timeline {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

// A receipt that never comes ends a message on disk too.
func TestPagedReceiptNeverComes(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{ResidentAwaiting: 5}, sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	ids := r.load(50)
	r.until("only some are in memory", func() bool { return r.Dispatcher.flights.len() <= 5 && r.Dispatcher.awaiting.pagedOut() == 45 })
	r.pass(6 * time.Minute) // the codes are over, their receipts may still come
	time.Sleep(200 * time.Millisecond)
	if n := r.Dispatcher.awaiting.pagedOut(); n != 45 {
		t.Errorf("%d messages on disk behind their deadline, want 45", n)
	}
	r.pass(11 * time.Minute)
	for _, id := range ids {
		if v := r.await(id, store.Unknown); v.Delivery.Reason != "no_receipt" {
			t.Errorf("%v: %s", id, v.Delivery.Reason)
		}
	}
}

// Messages on disk that go over to another carrier, whose queue is full as well, are
// taken up by both at once. None may be taken for one that has ended.
func TestPagedQueueFailsOver(t *testing.T) {
	for range 3 {
		r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 10}, sims: map[string]*smsc.Profile{"a": {}, "b": {}}})
		var ids []store.ID
		for i := range 600 {
			a, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491512%07d", i), Text: "news"})
			must(t, err)
			ids = append(ids, a.ID)
		}
		r.up("b")
		for _, id := range ids {
			r.endedAs(id, store.KindText)
		}
		r.stop()
	}
}

// More messages than a lane reads at once have ended on disk: the next one is sent all
// the same, though nothing comes to wake the lane.
func TestPagedQueueBehindEnded(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 1}})
	d := r.Dispatcher
	first := r.accepted("+4915120000000", "login")
	for i := range 5 * pageInAtOnce {
		id := store.NewID(r.now(), first.To, [9]byte{1, byte(i), byte(i >> 8)}) // the store does not know it
		d.lanes["sim"].queue.page(waitingFor(&store.Message{ID: id, Kind: store.KindOTP, ExpiresAt: first.ExpiresAt}, r.now()))
		d.count()
	}
	last, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: "+4915120000001", Text: "news"})
	must(t, err)
	r.up("sim")
	r.endedAs(first.ID, store.KindOTP)
	if v := r.endedAs(last.ID, store.KindText); v.Delivery.Status != store.Delivered {
		t.Errorf("the last one: %v", v.Delivery.Status)
	}
}

// A message that waits long for its receipt has a hundred thousand ended ones listed
// behind it. They are dropped in pieces, looked up without the lock, and what is open
// keeps its order.
func TestAwaitingPrune(t *testing.T) {
	const n, max, every = 100_000, 1000, 1000
	var a awaiting
	id := func(i int) store.ID { return store.ID{byte(i >> 16), byte(i >> 8), byte(i)} }
	for i := range n {
		a.add(id(i))
	}
	open := map[store.ID]bool{}
	for i := 0; i < n; i += every {
		open[id(i)] = true
	}
	for a.len() > max {
		before, looked := a.len(), 0
		a.prune(max, func(id store.ID) bool {
			if looked++; !a.mu.TryLock() {
				t.Fatal("looked up under the lock")
			}
			a.mu.Unlock()
			return open[id]
		})
		if looked > pruneAtOnce || a.len() >= before {
			t.Fatalf("one call looked at %d and left %d of %d", looked, a.len(), before)
		}
	}
	a.prune(0, func(id store.ID) bool { return open[id] }) // and over those that were open
	last, left := -1, 0
	for this, ok := a.oldest(); ok; this, ok = a.oldest() {
		i := int(this[0])<<16 | int(this[1])<<8 | int(this[2])
		if i <= last {
			t.Fatalf("%d comes behind %d", i, last)
		}
		if last = i; open[this] {
			left++
		}
	}
	if left != len(open) {
		t.Errorf("%d of %d open ones are left", left, len(open))
	}
}
