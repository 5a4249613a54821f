package gateway

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
	"tollgate/smpp/smsc"
)

var recoverMessages = flag.Int("recover-messages", 5_000, "how many messages TestRecoverMany leaves open; 1000000 is the goal's")

// leave puts messages into the store as a former run left them: accepted, and seen by
// no carrier. minutes gives each its time to live.
func (r *rig) leave(n int, kind func(i int) store.Kind, ttl func(i int) time.Duration) (ids []store.ID) {
	r.t.Helper()
	tx := &store.Tx{}
	now := r.now()
	for i := range n {
		to := subscriber.MSISDN(fmt.Sprintf("+4915%09d", 100_000_000+i))
		var random [9]byte
		binary.BigEndian.PutUint64(random[:], uint64(i))
		id := store.NewID(now, to, random)
		m := &store.Message{ID: id, Kind: kind(i), Tenant: "shop", To: to, Region: "DE", Purpose: "login", Sender: "Shop", CreatedAt: now, ExpiresAt: now.Add(ttl(i))}
		tx.Messages = append(tx.Messages, m)
		tx.Contents = append(tx.Contents, &store.Content{ID: id, Text: fmt.Sprintf("message %d", i)})
		tx.Deliveries = append(tx.Deliveries, &store.Delivery{ID: id, Status: store.Accepted, ExpiresAt: m.ExpiresAt, Timeline: []store.Step{{Name: "accepted", At: now}}})
		if m.Kind == store.KindOTP {
			tx.Challenges = append(tx.Challenges, &store.Challenge{
				ID: id, Rev: 1, Tenant: "shop", To: to, Purpose: "login", Status: store.ChallengePending, MAC: otp.MAC(r.Keys, id, "123456"), CreatedAt: now, ExpiresAt: m.ExpiresAt,
			})
		}
		if ids = append(ids, id); len(tx.Messages) == 100 || i == n-1 {
			must(r.t, r.Store.Write(tx))
			tx.Reset()
		}
	}
	return ids
}

func otpOnly(int) store.Kind { return store.KindOTP }

// TestRecoverInOrder reads ahead by ten of three hundred: codes go before texts, and
// the earliest deadline first.
func TestRecoverInOrder(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{ReadAhead: 10}})
	rnd := rand.New(rand.NewPCG(5, 6))
	ttl := rnd.Perm(300)
	kind := func(i int) store.Kind { return store.Kind(1 + i%2) } // OTP, text
	ids := r.leave(300, kind, func(i int) time.Duration { return time.Duration(60+ttl[i]) * time.Second })
	r.stop()
	r.start()
	r.until("the list was read", func() bool { return !r.Dispatcher.recovery.listing.Load() })
	if n := r.Dispatcher.flights.len(); n != 10 {
		t.Errorf("%d messages in memory, want the 10 to read ahead", n)
	}
	if n := r.Dispatcher.waiting.Load(); n != 300 {
		t.Errorf("%d messages count against the queue's bound, want all 300", n)
	}
	if listing, backlog := r.gauge("tollgate_recovery_listing"), r.gauge("tollgate_recovery_backlog"); listing != 0 || backlog != 290 {
		t.Errorf("the metrics tell of a list being read: %v, with %v messages; want it over, with 290", listing, backlog)
	}
	r.up("sim")
	r.until("all have arrived", func() bool { return len(r.sims["sim"].Inbox()) == 300 })
	last, early := map[store.Kind]int{}, 0
	codes := 0
	for _, m := range r.sims["sim"].Inbox() {
		var i int
		fmt.Sscanf(m.Text, "message %d", &i)
		if ttl[i] < last[kind(i)] {
			t.Errorf("message %d arrived after one that should have been later", i)
		}
		last[kind(i)] = ttl[i]
		if kind(i) == store.KindOTP {
			codes++
		} else if codes < 150 {
			early++
		}
	}
	if early > 10 {
		t.Errorf("%d texts were sent before the last code, want no more than were read ahead", early)
	}
	for i, id := range ids {
		if kind(i) == store.KindOTP {
			r.await(id, store.Delivered)
		}
	}
	r.until("nothing is open", func() bool { return r.Dispatcher.flights.len() == 0 })
	if n, b := r.Dispatcher.waiting.Load(), r.Dispatcher.bytes.Load(); n != 0 || b != 0 {
		t.Errorf("the queue counts %d messages, %d octets when it is empty", n, b)
	}
}

// TestRecoverExpiresTheBacklog has the time of messages pass that there was no room
// to read: they end as expired, and are never submitted.
func TestRecoverExpiresTheBacklog(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{ReadAhead: 5}})
	ids := r.leave(50, otpOnly, func(i int) time.Duration { return time.Duration(60+i) * time.Second })
	r.stop()
	r.start()
	r.until("the list was read", func() bool { return !r.Dispatcher.recovery.listing.Load() })
	r.pass(5 * time.Minute)
	for _, id := range ids {
		r.await(id, store.Expired)
	}
	r.up("sim")
	time.Sleep(50 * time.Millisecond)
	if n := r.sims["sim"].Stats().Submits; n != 0 {
		t.Errorf("%d expired messages were submitted", n)
	}
}

// TestRecoverCancelsInTheBacklog cancels a message that is not read yet.
func TestRecoverCancelsInTheBacklog(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{ReadAhead: 5}})
	ids := r.leave(50, otpOnly, func(i int) time.Duration { return time.Duration(60+i) * time.Second })
	r.stop()
	r.start()
	r.until("the list was read", func() bool { return !r.Dispatcher.recovery.listing.Load() })
	for _, i := range []int{2, 40} {
		if _, err := r.Cancel(t.Context(), r.tenant, ids[i]); err != nil {
			t.Fatal(err)
		}
		r.await(ids[i], store.Canceled)
	}
	r.up("sim")
	r.until("the rest has arrived", func() bool { return len(r.sims["sim"].Inbox()) == 48 })
	for _, m := range r.sims["sim"].Inbox() {
		if m.Text == "message 2" || m.Text == "message 40" {
			t.Errorf("%q was canceled and sent", m.Text)
		}
	}
	for i, id := range ids {
		if i != 2 && i != 40 {
			r.await(id, store.Delivered)
		}
	}
}

// brokenList is a store whose list of open messages breaks off behind the first.
type brokenList struct{ store.Store }

func (b brokenList) Open(ctx context.Context) iter.Seq2[store.OpenMessage, error] {
	return func(yield func(store.OpenMessage, error) bool) {
		for m, err := range b.Store.Open(ctx) {
			if yield(m, err) {
				yield(m, errors.New("the disk is gone"))
			}
			return
		}
	}
}

// A list that breaks off leaves messages which nobody knows. Their receipts must not
// be acknowledged: the SMSC would never send them again.
func TestRecoverBrokenList(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {
		ReceiptDelay: smsc.Distribution{Value: 300 * time.Millisecond}, ReceiptRetry: 100 * time.Millisecond, ReceiptTries: 1000,
	}}})
	ids := r.load(20)
	for _, id := range ids {
		r.await(id, store.Submitted)
	}
	r.opts.store = func(s store.Store) store.Store { return brokenList{s} }
	r.crash()
	r.start()
	r.until("a receipt was put off", func() bool { return r.sims["sim"].Stats().ReceiptsSent > 1 })
	time.Sleep(300 * time.Millisecond) // several rounds of the orphans
	if n := r.sims["sim"].Stats().ReceiptsAcked; n > 1 {
		t.Errorf("%d receipts acknowledged, with one message known", n)
	}
	r.opts.store = nil
	r.crash()
	r.start()
	for _, id := range ids {
		r.await(id, store.Delivered)
	}
}

// Behind a list that broke off a carrier's receipts of unknown messages do not stand in
// its window: they are put off, others get through, and after some time they are
// acknowledged, with a line in the log.
func TestRecoverBrokenListIsBounded(t *testing.T) {
	var log logged
	r := newRig(t, rigOptions{policy: "observe", log: &log, dispatch: DispatchConfig{OrphanWait: 100 * time.Millisecond}, sims: map[string]*smsc.Profile{"sim": {
		ReceiptDelay: smsc.Distribution{Value: 300 * time.Millisecond}, ReceiptRetry: 50 * time.Millisecond, ReceiptTries: 100_000,
	}}})
	for _, id := range r.load(20) {
		r.await(id, store.Submitted)
	}
	r.opts.store = func(s store.Store) store.Store { return brokenList{s} }
	r.crash()
	r.start()
	sim := r.sims["sim"]
	r.until("they have come again", func() bool { return sim.Stats().ReceiptsSent > 100 })
	if n := sim.Stats().ReceiptsAcked; n > 1 {
		t.Errorf("%d receipts acknowledged, with one message known", n)
	}
	r.await(r.accepted("+4915129999999", "login").ID, store.Delivered)
	if n := r.gauge("tollgate_recovery_listing"); n != 1 {
		t.Errorf("tollgate_recovery_listing is %v, with a list that has no end", n)
	}
	r.pass(11 * time.Minute)
	r.until("all are acknowledged", func() bool { st := sim.Stats(); return st.ReceiptsAcked == st.Messages }) // the crash may have one sent twice
	if n := log.lines("acknowledged from now on"); n != 1 {
		t.Errorf("%d lines tell of it, want one", n)
	}
}

// gauge reads a metric without labels.
func (r *rig) gauge(name string) float64 {
	r.t.Helper()
	families, err := r.reg.Gather()
	must(r.t, err)
	for _, f := range families {
		if f.GetName() == name {
			return f.Metric[0].GetGauge().GetValue()
		}
	}
	r.t.Fatalf("there is no %s", name)
	return 0
}

// TestRecoverMany starts on many open messages: the first is submitted within two
// seconds, and with a million the process takes no more than 512 MB.
func TestRecoverMany(t *testing.T) {
	n := *recoverMessages
	r := newRig(t, rigOptions{down: true, dir: t.TempDir(), sims: map[string]*smsc.Profile{"sim": {}}})
	rnd := rand.New(rand.NewPCG(7, 8))
	r.leave(n, otpOnly, func(int) time.Duration { return 20*time.Minute + time.Duration(rnd.IntN(600_000))*time.Millisecond })
	r.stop()
	r.up("sim")
	began := time.Now()
	r.start()
	for r.sims["sim"].Stats().Submits == 0 {
		if time.Since(began) > 10*time.Second {
			t.Fatal("nothing was submitted within ten seconds")
		}
		time.Sleep(time.Millisecond)
	}
	first, peak := time.Since(began), 0
	end := time.Now().Add(5 * time.Minute)
	for unique := 0; unique < n; unique = int(r.sims["sim"].Stats().Messages) {
		if time.Now().After(end) {
			t.Fatalf("only %d of %d messages were submitted", unique, n)
		}
		peak = max(peak, residentMB())
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("%d messages: the first submitted after %v, all after %v, %d MB resident at most", n, first, time.Since(began), peak)
	if first > 2*time.Second {
		t.Errorf("the first was submitted after %v, want 2 s", first)
	}
	if n >= 1_000_000 && peak > 512 { // of few, the tests before this one are the most
		t.Errorf("%d MB were resident, want at most 512", peak)
	}
}

// residentMB is the resident memory of this process, with the SMSC in it; 0 where the
// system does not tell.
func residentMB() (mb int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	if _, rest, ok := strings.Cut(string(status), "VmRSS:"); ok {
		fmt.Sscan(rest, &mb)
	}
	return mb >> 10
}
