package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// Carrier a refuses all that it is given, or has no bind, and b is slow: what goes over
// from a long queue is held on disk, b's queue comes back to its bound at once, and b gets
// each message once.
func TestFailoverIsBounded(t *testing.T) {
	for _, refuses := range []bool{true, false} {
		t.Run(fmt.Sprint("refuses ", refuses), func(t *testing.T) {
			const n, resident, window = 500, 20, 5
			r := newRig(t, rigOptions{
				policy: "observe", down: true, dispatch: DispatchConfig{Resident: resident, ResidentAwaiting: 10},
				sims: map[string]*smsc.Profile{
					"a": {Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RSYSERR), Share: 1}}},
					"b": {ResponseDelay: smsc.Distribution{Value: 40 * time.Millisecond}},
				},
				carrier: func(string) carrier.Config { return carrier.Config{Window: window} },
			})
			var ids []store.ID
			for i := range n {
				a, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491512%07d", i), Text: "news"})
				must(t, err)
				ids = append(ids, a.ID)
			}
			b := r.Dispatcher.lanes["b"].queue
			r.up("b")
			if refuses {
				r.up("a")
			}
			inBound, longest := time.Now(), time.Duration(0)
			r.until("all have arrived", func() bool {
				if !b.crowded(2*resident + 1) {
					inBound = time.Now()
				}
				longest = max(longest, time.Since(inBound))
				return len(r.sims["b"].Inbox()) >= n
			})
			if longest > time.Second { // the writer's batches take some 10 ms
				t.Errorf("b's queue had too many in memory for %v", longest)
			}
			for _, id := range ids {
				if v := r.endedAs(id, store.KindText); v.Delivery.Status != store.Delivered {
					t.Fatalf("%v: %s", v.Delivery.Status, stepNames(v))
				}
			}
			if got := len(r.sims["b"].Inbox()); got != n {
				t.Errorf("%d messages arrived, want each of %d once", got, n)
			}
			r.boundsAreFree()
		})
	}
}

// Carrier a takes all and answers nothing, b is not there yet: all of a's messages go
// over as repeats and are paged out like others. On disk they stay repeats.
func TestRepeatsArePagedOut(t *testing.T) {
	const n, resident = 200, 20
	r := newRig(t, rigOptions{
		policy: "observe", down: true, dispatch: DispatchConfig{Resident: resident},
		sims: map[string]*smsc.Profile{"a": {LoseResponse: 1}, "b": {}},
	})
	d, b := r.Dispatcher, r.Dispatcher.lanes["b"].queue
	r.up("a")
	r.until("a is bound", func() bool { return d.works(route.Choice{Carrier: "a"}) })
	time.Sleep(2 * healthFor) // so that no send takes it for unbound
	ids := r.load(n)
	r.until("all wait for b", func() bool { return d.lanes["a"].queue.size.Load() == 0 && b.size.Load() == n })
	r.until("b's queue is in its bound", func() bool { return !b.crowded(2*resident + 1) })
	r.sims["a"].Close()
	r.up("b")
	repeats := 0
	for _, id := range ids {
		d := r.await(id, store.Delivered).Delivery
		if d.Attempts < 2 {
			continue // a's window was full
		}
		repeats++
		if i := len(d.Timeline) - 2; d.Timeline[i].Detail != "repeat" {
			t.Fatalf("submitted without saying that it is a repeat: %+v", d.Timeline)
		}
	}
	if repeats < n/4 {
		t.Errorf("%d messages were repeated, too few for a test", repeats)
	}
}

// Whether another carrier works decides where a message goes on that is read back.
func TestTriedGoesOnWhereItCan(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true, sims: map[string]*smsc.Profile{"a": {}, "b": {}}})
	f := &flight{d: store.Delivery{Carrier: "a"}, plan: []route.Choice{{Carrier: "a"}, {Carrier: "b"}}}
	if r.Dispatcher.tried(f); f.carrier() != "a" {
		t.Errorf("went over to %q, which has no bind", f.carrier())
	}
	r.up("b")
	r.until("b is bound", func() bool { return r.Dispatcher.works(f.plan[1]) })
	if r.Dispatcher.tried(f); f.carrier() != "b" || len(f.plan) != 2 {
		t.Errorf("the plan is %v, want b before a", f.plan)
	}
}

// MaxAttempts holds for a message whatever runs its attempts were in, and leaves out
// those that were throttled.
func TestMaxAttemptsOverRuns(t *testing.T) {
	const most = 4
	refuses := &smsc.Profile{Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RSYSERR), Share: 1}}}
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{MaxAttempts: most}, sims: map[string]*smsc.Profile{"a": refuses, "b": refuses}})
	tx := &store.Tx{}
	before := []store.Delivery{{Attempts: 0}, {Attempts: 3}, {Attempts: 3, Throttled: 3}, {Attempts: most, Sending: true}}
	ids := r.leave(len(before), otpOnly, func(int) time.Duration { return time.Hour })
	for i := range before {
		u, err := r.Store.Unfinished(t.Context(), ids[i])
		must(t, err)
		d := u.Delivery
		d.Status, d.Attempts, d.Throttled, d.Sending = store.Queued, before[i].Attempts, before[i].Throttled, before[i].Sending
		tx.Deliveries = append(tx.Deliveries, d)
	}
	must(t, r.Store.Write(tx))
	r.stop()
	r.start()
	r.up("a")
	r.up("b")
	for i, id := range ids {
		want := store.Rejected
		if before[i].Sending {
			want = store.Unknown // the carrier may have it
		}
		if d := r.await(id, want).Delivery; d.Attempts-d.Throttled != most || d.Throttled != before[i].Throttled {
			t.Errorf("message %d ended after %d attempts, %d of them throttled; want %d that count", i, d.Attempts, d.Throttled, most)
		}
	}
}

// What a carrier throttled is on disk as such.
func TestThrottledIsStored(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RTHROTTLED), Share: 1}}}}})
	id := r.accepted("+4915112345678", "login").ID
	r.until("it was throttled, and that is stored", func() bool {
		u, err := r.Store.Unfinished(t.Context(), id)
		must(t, err)
		return u.Delivery.Attempts > 0 && u.Delivery.Throttled == u.Delivery.Attempts
	})
}

// Of some long texts a carrier takes a part and refuses another: all is sent again, and
// said to be a repeat.
func TestPartlyAcceptedIsRepeated(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{
		"sim": {Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RMSGQFUL), Share: 0.4}}, Seed: 5},
	}})
	var ids []store.ID
	for i := range 20 {
		a, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491512%07d", i), Text: strings.Repeat("long text ", 20)})
		must(t, err)
		ids = append(ids, a.ID)
	}
	for _, id := range ids {
		r.endedAs(id, store.KindText)
	}
	var repeats dto.Metric
	must(t, r.Metrics.repeats.Write(&repeats))
	if repeats.GetCounter().GetValue() == 0 {
		t.Errorf("no message was sent as a repeat: %+v", r.stats())
	}
}
