package gateway

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/smsc"
)

// slow keeps what it is given for longer than a test lasts.
var slow = smsc.Profile{ResponseDelay: smsc.Distribution{Value: time.Hour}}

// twoKinds sends codes to +33 and to +49 in turn, those to +33 with the earlier deadlines.
func (r *rig) twoKinds(n int) (early, later []store.ID) {
	r.t.Helper()
	send := func(to string, ttl time.Duration) store.ID {
		sent, err := r.Send(r.t.Context(), r.tenant, &SendRequest{Kind: store.KindOTP, To: to, Purpose: "login", TTL: ttl})
		must(r.t, err)
		return sent.ID
	}
	for i := range n {
		early = append(early, send(fmt.Sprintf("+3361234%04d", i), 2*time.Minute))
		later = append(later, send(fmt.Sprintf("+491512%07d", i), 3*time.Minute))
	}
	return early, later
}

// Carrier a loses its bind, and its queue begins with codes that nobody else serves:
// those behind them go to b all the same, also those on disk.
func TestOthersPassAStuckHead(t *testing.T) {
	for _, resident := range []int{1000, 6} {
		t.Run(fmt.Sprint("resident ", resident), func(t *testing.T) {
			a := slow
			r := newRig(t, rigOptions{
				policy: "observe", down: true, dispatch: DispatchConfig{Resident: resident},
				sims: map[string]*smsc.Profile{"a": &a, "b": {}}, prefixes: map[string][]string{"a": {"33", "49"}, "b": {"49"}},
				carrier: func(string) carrier.Config { return carrier.Config{Window: 1} },
			})
			d := r.Dispatcher
			r.up("a")
			r.until("a is bound", func() bool { return d.works(route.Choice{Carrier: "a"}) })
			stuck, others := r.twoKinds(20)
			if n := d.lanes["a"].queue.size.Load(); n < 38 {
				t.Fatalf("%d messages wait for a, want all but one that it has and one that waits for room", n)
			}
			r.sims["a"].Close()
			r.up("b")
			for _, id := range others {
				r.await(id, store.Delivered)
			}
			if n := len(r.sims["b"].Inbox()); n != 20 {
				t.Errorf("b got %d messages, want 20", n)
			}
			a.ResponseDelay = smsc.Distribution{}
			r.up("a")
			for _, id := range stuck {
				r.await(id, store.Delivered)
			}
			r.boundsAreFree()
		})
	}
}

// After a restart carrier a has no bind, and more messages that nobody else takes come
// first than are read ahead: b's are read all the same.
func TestRecoveryPassesAStuckCarrier(t *testing.T) {
	r := newRig(t, rigOptions{
		policy: "observe", down: true, dispatch: DispatchConfig{ReadAhead: 5},
		sims: map[string]*smsc.Profile{"a": {}, "b": {}}, prefixes: map[string][]string{"a": {"33"}, "b": {"49"}},
	})
	stuck, others := r.twoKinds(20)
	r.stop()
	r.start()
	r.up("b")
	for _, id := range others {
		r.await(id, store.Delivered)
	}
	r.up("a")
	for _, id := range stuck {
		r.await(id, store.Delivered)
	}
	r.boundsAreFree()
}

// Carrier a is bound and answers nothing: once that is known b gets what it has not been
// given, though a's window is full.
func TestADeadCarrierKeepsNothing(t *testing.T) {
	a := slow
	r := newRig(t, rigOptions{
		policy: "observe", down: true, sims: map[string]*smsc.Profile{"a": &a, "b": {}},
		carrier: func(string) carrier.Config { return carrier.Config{Window: 2, DeadTimeouts: 2} },
	})
	d := r.Dispatcher
	r.up("a")
	r.until("a is bound", func() bool { return d.works(route.Choice{Carrier: "a"}) })
	var ids []store.ID
	for i := range 50 {
		ids = append(ids, r.accepted(fmt.Sprintf("+491512%07d", i), "login").ID)
	}
	r.up("b")
	for _, id := range ids {
		r.await(id, store.Delivered)
	}
	if n := r.sims["a"].Stats().Submits; n > 8 {
		t.Errorf("a was given %d messages, want some windows of two", n)
	}
}

// A carrier that answered nothing for a while, and whose queue is empty since, is used
// again once it answers.
func TestACarrierThatAnswersAgainIsUsed(t *testing.T) {
	r := newRig(t, rigOptions{
		policy: "observe", sims: map[string]*smsc.Profile{"a": {}, "b": {}},
		carrier: func(string) carrier.Config { return carrier.Config{DeadTimeouts: 2} },
	})
	l := r.Dispatcher.lanes["a"]
	dead := func() bool { return l.health.state(r.now()).Dead }
	n := 0
	send := func() {
		n++
		r.accepted(fmt.Sprintf("+491512%07d", n), "login")
	}
	r.until("both are bound", func() bool {
		return r.Dispatcher.works(route.Choice{Carrier: "a"}) && r.Dispatcher.works(route.Choice{Carrier: "b"})
	})
	r.sims["a"].Pause()
	r.until("a is dead", func() bool { send(); return dead() })
	r.until("it has nothing", func() bool { return l.queue.size.Load() == 0 && l.carrier.Health().WindowUsed == 0 })
	r.sims["a"].Resume()
	before := r.sims["a"].Stats().Submits
	for range 20 {
		send()
	}
	if n := r.sims["a"].Stats().Submits - before; n > 0 {
		t.Errorf("a dead carrier was given %d messages before it was time to try", n)
	}
	r.until("a is used again", func() bool { r.pass(probeEvery / 4); send(); return !dead() })
}

// A message waits for room at its carrier in its turn, however long that takes.
func TestReserveKeepsItsTurn(t *testing.T) {
	const n = 15
	r := newRig(t, rigOptions{policy: "observe", carrier: func(string) carrier.Config { return carrier.Config{TPS: 5} }})
	l := r.Dispatcher.lanes["sim"]
	r.until("it is bound", func() bool { return r.Dispatcher.works(route.Choice{Carrier: "sim"}) })
	var order []int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			f := testFlight(store.KindOTP, 0)
			f.msg.ExpiresAt = time.Now().Add(time.Minute)
			slot, err := l.reserve(f, 1)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
			slot.Release()
		})
		time.Sleep(5 * time.Millisecond)
	}
	wg.Wait()
	if !slices.IsSorted(order) {
		t.Errorf("served in the order %v", order)
	}
}
