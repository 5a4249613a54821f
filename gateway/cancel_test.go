package gateway

import (
	"errors"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// A message is canceled while its lane reads it, and it is the only one that was listed:
// the cancel waits for it.
func TestCancelWhileItIsRead(t *testing.T) {
	reads := &stuckReads{free: make(chan struct{})}
	r := newRig(t, rigOptions{policy: "observe", down: true, store: reads.over, dispatch: DispatchConfig{Resident: 1}})
	t.Cleanup(reads.release)
	r.accepted("+4915112345610", "login")
	reads.armed.Store(true)
	first, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindOTP, To: "+4915112345617", Purpose: "login", TTL: time.Minute})
	must(t, err)
	r.until("it is read", func() bool { return reads.waiting.Load() == 1 })
	canceled := make(chan error, 1)
	go func() {
		_, err := r.Cancel(t.Context(), r.tenant, first.ID)
		canceled <- err
	}()
	time.Sleep(50 * time.Millisecond)
	reads.release()
	must(t, <-canceled)
	r.await(first.ID, store.Canceled)
	r.until("one waits", func() bool {
		return r.Dispatcher.waiting.Load() == 1 && r.Dispatcher.lanes["sim"].queue.size.Load() == 1
	})
}

// A message on disk cannot be read when it is canceled: the cancel says that it is not
// certain, and does it once it is repeated.
func TestCancelUnreadable(t *testing.T) {
	var broken damage
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 1}, store: broken.over})
	r.accepted("+4915112345610", "login")
	id := r.accepted("+4915112345617", "login").ID
	broken.set(id)
	_, err := r.Cancel(t.Context(), r.tenant, id)
	if refusal := (*Refusal)(nil); !errors.As(err, &refusal) || refusal.Code != CodeOverloaded || refusal.RetryAfter == 0 {
		t.Errorf("canceled with %v, want to be told to try again", err)
	}
	broken.set()
	_, err = r.Cancel(t.Context(), r.tenant, id)
	must(t, err)
	r.pass(retryUnread)
	r.up("sim")
	r.until("the other one has arrived", func() bool { return len(r.sims["sim"].Inbox()) == 1 })
	if v := r.await(id, store.Canceled); stepNames(v) != "accepted routed canceled" {
		t.Errorf("it went through %s", stepNames(v))
	}
}

// A cancel that was answered outlives a crash.
func TestCancelThenCrash(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true})
	id := r.accepted("+4915112345678", "login").ID
	_, err := r.Cancel(t.Context(), r.tenant, id)
	must(t, err)
	r.crash()
	r.start()
	r.up("sim")
	if v := r.ended(id); v.Delivery.Status != store.Canceled {
		t.Errorf("%v: %s", v.Delivery.Status, stepNames(v))
	}
}

// A message that its carrier has refused for now waits for another attempt, and no
// carrier has it: it can be canceled.
func TestCancelBetweenAttempts(t *testing.T) {
	full := &smsc.Profile{Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RMSGQFUL), Share: 1}}}
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": full}})
	id := r.accepted("+4915112345678", "login").ID
	r.until("it is refused", func() bool { d := r.view(id).Delivery; return d.Attempts > 0 && !d.Sending })
	_, err := r.Cancel(t.Context(), r.tenant, id)
	must(t, err)
	if v := r.view(id); v.Delivery.Status != store.Canceled {
		t.Errorf("%v: %s", v.Delivery.Status, stepNames(v))
	}
}

// Cancels that come too late, because a carrier may have the message, leave it on disk.
func TestCancelsTooLateAreBounded(t *testing.T) {
	const n, resident = 100, 5
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: resident, ReadAhead: resident}})
	ids := r.leave(n, otpOnly, func(int) time.Duration { return time.Hour })
	tx := &store.Tx{}
	for _, id := range ids {
		u, err := r.Store.Unfinished(t.Context(), id)
		must(t, err)
		u.Delivery.Status, u.Delivery.Attempts, u.Delivery.Carrier, u.Delivery.Repeat = store.Queued, 1, "sim", true
		tx.Deliveries = append(tx.Deliveries, u.Delivery)
	}
	must(t, r.Store.Write(tx))
	r.stop()
	r.start()
	d := r.Dispatcher
	r.until("the list was read", func() bool { return !d.recovery.listing.Load() })
	for _, id := range ids {
		_, err := r.Cancel(t.Context(), r.tenant, id)
		must(t, err)
	}
	r.until("few are in memory", func() bool { return d.flights.len() <= 2*resident })
	r.up("sim")
	for _, id := range ids {
		r.await(id, store.Delivered)
	}
	r.boundsAreFree()
}
