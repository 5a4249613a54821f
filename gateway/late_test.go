package gateway

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/smsc"
)

// stuckReads is a store whose reads of open messages wait, once it is armed.
type stuckReads struct {
	armed   atomic.Bool
	waiting atomic.Int32
	free    chan struct{}
	once    sync.Once
}

func (s *stuckReads) over(under store.Store) store.Store {
	return &hooked{Store: under, reading: func(store.ID) error {
		if s.armed.Load() {
			s.waiting.Add(1)
			<-s.free
		}
		return nil
	}}
}

func (s *stuckReads) release() { s.once.Do(func() { close(s.free) }) }

// lateRig has five messages await their receipts, four of them on disk whose reads
// get stuck.
func lateRig(t *testing.T) (*rig, *stuckReads, []store.ID) {
	reads := &stuckReads{free: make(chan struct{})}
	r := newRig(t, rigOptions{policy: "observe", store: reads.over, dispatch: DispatchConfig{ResidentAwaiting: 1}, sims: map[string]*smsc.Profile{
		"sim": {ReceiptDelay: smsc.Distribution{Value: time.Second}, ReceiptRetry: 50 * time.Millisecond, ReceiptTries: 1000},
	}})
	t.Cleanup(reads.release)
	ids := r.load(5)
	r.until("four are on disk", func() bool { return r.Dispatcher.awaiting.pagedOut() == 4 })
	reads.armed.Store(true)
	r.until("their receipts are read for", func() bool { return reads.waiting.Load() == 4 })
	return r, reads, ids
}

// The disk takes longer than a response may: what the carrier answers meanwhile on the
// link that brought the receipts is taken in time, and nothing is submitted twice.
func TestSlowReadDelaysNoResponse(t *testing.T) {
	r, reads, ids := lateRig(t)
	other := r.accepted("+4915129999998", "login").ID
	r.await(other, store.Submitted)
	time.Sleep(1500 * time.Millisecond) // the time for a response is 1 s
	v := r.ended(other)
	if names := stepNames(v); names != "accepted routed submitted delivered" {
		t.Errorf("a message of the same link went through %s", names)
	}
	if n := r.sims["sim"].Stats().ReceiptsAcked; n > 2 {
		t.Errorf("%d receipts acknowledged, of which two can be on disk", n)
	}
	reads.release()
	for _, id := range ids {
		r.await(id, store.Delivered)
	}
	if n := len(r.sims["sim"].Inbox()); n != 6 {
		t.Errorf("%d messages arrived, want each of 6 once", n)
	}
}

// With too many receipts waiting for the disk the next ones are put off, and come
// again.
func TestLateReceiptsAreBounded(t *testing.T) {
	r, reads, ids := lateRig(t)
	d := r.Dispatcher
	stray := late{arrival: arrival{l: d.lanes["sim"], ack: func(pdu.Status) {}, at: r.now()}}
	for len(d.late) < cap(d.late) {
		d.late <- stray
	}
	more := []store.ID{}
	for i := range 3 {
		more = append(more, r.accepted(fmt.Sprintf("+491514%07d", i), "login").ID)
	}
	sent := r.sims["sim"].Stats().ReceiptsSent
	r.until("receipts come again", func() bool { return r.sims["sim"].Stats().ReceiptsSent > sent+5 })
	reads.release()
	for _, id := range append(ids, more...) {
		r.await(id, store.Delivered)
	}
}

// A receipt waits to have its message read; meanwhile that ends, and the carrier gives
// its name to another one.
func TestLateReceiptOfTheNextOwner(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	id := r.accepted("+4915112345678", "login").ID
	name := r.await(id, store.Submitted).Delivery.CarrierIDs[0]
	acked := r.lateReceipt(name, r.now())
	r.await(id, store.Delivered)
	if s := <-acked; s != pdu.ESME_ROK {
		t.Errorf("acknowledged with %v", s)
	}
}

// The receipt came before the other one was submitted: it is not for that.
func TestLateReceiptOfTheFormerOwner(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	came := r.now()
	time.Sleep(10 * time.Millisecond)
	id := r.accepted("+4915112345678", "login").ID
	name := r.await(id, store.Submitted).Delivery.CarrierIDs[0]
	acked := r.lateReceipt(name, came)
	if s := <-acked; s != pdu.ESME_ROK {
		t.Errorf("acknowledged with %v", s)
	}
	if v := r.view(id); v.Delivery.Status != store.Submitted {
		t.Errorf("%v by a receipt that came before it was submitted", v.Delivery.Status)
	}
}

// lateReceipt has a receipt that came at a time wait to have its message read, which has
// ended.
func (r *rig) lateReceipt(name string, at time.Time) <-chan pdu.Status {
	acked := make(chan pdu.Status, 1)
	r.Dispatcher.late <- late{
		arrival: arrival{
			l: r.Dispatcher.lanes["sim"], at: at, ack: func(s pdu.Status) { acked <- s },
			r: receipt.Receipt{ID: name, Dest: "4915112345678", State: receipt.Delivered, Final: true},
		},
		part: part{id: store.NewID(at, "+4915112345678", [9]byte{1})},
	}
	return acked
}
