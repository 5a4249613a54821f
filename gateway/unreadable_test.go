package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/smsc"
)

// hooked is a store that asks before it reads an open message back, and tells what it
// has made durable before its caller knows.
type hooked struct {
	store.Store
	reading   func(store.ID) error
	committed func(*store.Message)
}

func (s *hooked) Commit(ctx context.Context, txs ...*store.Tx) error {
	err := s.Store.Commit(ctx, txs...)
	if err != nil || s.committed == nil {
		return err
	}
	for _, tx := range txs {
		for _, m := range tx.Messages {
			s.committed(m)
		}
	}
	return nil
}

func (s *hooked) Unfinished(ctx context.Context, id store.ID) (store.Unfinished, error) {
	if s.reading != nil {
		if err := s.reading(id); err != nil {
			return store.Unfinished{}, err
		}
	}
	return s.Store.Unfinished(ctx, id)
}

// damage is what of a store cannot be read.
type damage struct {
	mu  sync.Mutex
	ids map[store.ID]bool
}

func (d *damage) set(ids ...store.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ids = map[store.ID]bool{}
	for _, id := range ids {
		d.ids[id] = true
	}
}

func (d *damage) over(s store.Store) store.Store {
	return &hooked{Store: s, reading: func(id store.ID) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.ids[id] {
			return errors.New("checksum mismatch")
		}
		return nil
	}}
}

// logged is a log to look into.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) lines(with string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.b.String()) {
		if strings.Contains(line, with) {
			n++
		}
	}
	return n
}

// Of 40 waiting messages ten cannot be read: the others pass them, in the run that
// accepted them and in the next one. They are sent once they can be, or expire.
func TestUnreadableMessagesArePassed(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			var broken damage
			var log logged
			r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 4, ReadAhead: 4}, log: &log, store: broken.over})
			for i := range 10 {
				r.accepted(fmt.Sprintf("+491512%07d", i), "login")
			}
			var ids []store.ID
			for i := range 10 {
				ids = append(ids, r.accepted(fmt.Sprintf("+491513%07d", i), "login").ID)
			}
			for i := range 20 {
				r.accepted(fmt.Sprintf("+491514%07d", i), "login")
			}
			broken.set(ids...)
			if restart {
				r.stop()
				r.start()
			}
			r.up("sim")
			r.until("all others have arrived", func() bool { return len(r.sims["sim"].Inbox()) == 30 })
			r.until("it was logged", func() bool { return log.lines("cannot be read") > 0 })
			if n := log.lines("cannot be read"); n > 4 {
				t.Errorf("%d lines in the log, want the first few", n)
			}
			if n := r.Dispatcher.pagedOut(); n != 10 {
				t.Errorf("%d messages are known to be on disk, want the 10", n)
			}
			broken.set(ids[5:]...)
			r.pass(retryUnread)
			for _, id := range ids[:5] {
				r.await(id, store.Delivered)
			}
			r.pass(6 * time.Minute)
			time.Sleep(100 * time.Millisecond) // they are tried at their deadlines
			broken.set()
			r.pass(retryUnread)
			for _, id := range ids[5:] {
				r.await(id, store.Expired)
			}
			r.boundsAreFree()
		})
	}
}

// A message that nobody can read is given up some time after its deadline: the room
// that it takes is free again.
func TestUnreadableMessageIsGivenUp(t *testing.T) {
	var broken damage
	var log logged
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 1}, log: &log, store: broken.over})
	r.accepted("+4915121000001", "login")
	broken.set(r.accepted("+4915121000002", "login").ID)
	r.pass(6 * time.Minute)
	r.until("it alone waits", func() bool { return r.Dispatcher.waiting.Load() == 1 })
	r.pass(11 * time.Minute)
	r.until("nothing waits", func() bool { return r.Dispatcher.waiting.Load() == 0 && r.Dispatcher.bytes.Load() == 0 })
	if n := log.lines("stays open for the next start"); n != 1 {
		t.Errorf("%d lines tell of it, want one", n)
	}
}

// Nor is a message that awaits its receipt, and cannot be read, tried for ever. Its
// carrier is told to keep the receipt only so long, and once the message can be read a
// receipt still finds it.
func TestUnreadableAwaitingIsGivenUp(t *testing.T) {
	var broken damage
	var log logged
	r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{ResidentAwaiting: 1}, log: &log, store: broken.over, sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	ids := r.load(5)
	d := r.Dispatcher
	r.until("some are on disk", func() bool { return d.awaiting.pagedOut() == 4 })
	inMemory := 0
	var receipts []receipt.Receipt
	for i, id := range ids {
		v := r.view(id)
		receipts = append(receipts, receipt.Receipt{ID: v.Delivery.CarrierIDs[0], Dest: v.Message.To.Digits(), State: receipt.Delivered, Final: true})
		if d.flights.get(id) != nil {
			inMemory = i
		}
	}
	onDisk := (inMemory + 1) % len(ids)
	broken.set(ids...)
	r.pass(16 * time.Minute)
	r.until("they are tried", func() bool { return log.lines("cannot be read from the store") > 0 })
	if s := <-r.tell(receipts[onDisk]); s != carrier.NotNow {
		t.Errorf("a receipt that cannot be taken now is answered %v", s)
	}
	r.until("the other one has ended", func() bool { return d.awaiting.count() == 4 })
	r.pass(11 * time.Minute)
	r.until("none counts any more", func() bool { return d.awaiting.count() == 0 && d.flights.len() == 0 })
	if n := log.lines("stays open for the next start"); n != 4 {
		t.Errorf("%d lines tell of it, want one each", n)
	}
	if s := <-r.tell(receipts[onDisk]); s != pdu.ESME_ROK {
		t.Errorf("a receipt that has been put off for long enough is answered %v", s)
	}
	broken.set()
	if s := <-r.tell(receipts[onDisk]); s != pdu.ESME_ROK {
		t.Errorf("a receipt that can be taken again is answered %v", s)
	}
	r.await(ids[onDisk], store.Delivered)
	r.until("nothing counts", func() bool { return d.awaiting.count() == 0 && d.flights.len() == 0 })
	if n := d.lanes["sim"].ids.Len(); n != 3 {
		t.Errorf("%d names are known, want those of the three that were left", n)
	}
	r.stop()
	r.start()
	for i, id := range ids {
		if i != onDisk {
			r.await(id, store.Unknown)
		}
	}
}

// What could not be read for a while leaves nothing behind.
func TestUnreadableIsForgotten(t *testing.T) {
	var broken damage
	var log logged
	r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{ResidentAwaiting: 1}, log: &log, store: broken.over, sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	ids := r.load(20)
	d := r.Dispatcher
	r.until("some are on disk", func() bool { return d.awaiting.pagedOut() == 19 })
	broken.set(ids...)
	r.pass(16 * time.Minute)
	r.until("they are tried", func() bool { return d.unread.n.Load() == 19 })
	broken.set()
	r.pass(retryUnread)
	for _, id := range ids {
		r.await(id, store.Unknown)
	}
	if n := d.unread.n.Load(); n != 0 || len(d.unread.list) != 0 {
		t.Errorf("%d are noted as unreadable", n)
	}
}

// A submitted message cannot be read at the start: its receipt, which finds nothing, is
// put off as long as it may be for it.
func TestUnreadableAtStartKeepsItsReceipt(t *testing.T) {
	var broken damage
	r := newRig(t, rigOptions{policy: "observe", store: broken.over, sims: map[string]*smsc.Profile{"sim": {NoReceipt: 1}}})
	id := r.accepted("+4915112345678", "login").ID
	name := r.await(id, store.Submitted).Delivery.CarrierIDs[0]
	broken.set(id)
	r.stop()
	r.start()
	d := r.Dispatcher
	r.until("the list was read", func() bool { return !d.recovery.listing.Load() })
	tell := func() pdu.Status {
		acked := r.tell(receipt.Receipt{ID: name, Dest: "4915112345678", State: receipt.Delivered, Final: true})
		r.pass(time.Minute) // longer than an orphan waits
		return <-acked
	}
	if s := tell(); s != carrier.NotNow {
		t.Errorf("the receipt is answered %v", s)
	}
	broken.set()
	r.until("it is read", func() bool { return d.awaiting.count() == 1 })
	if s := tell(); s != pdu.ESME_ROK {
		t.Errorf("the receipt is answered %v", s)
	}
	r.await(id, store.Delivered)
	if d.unlisted() {
		t.Error("receipts of unknown messages are still put off")
	}
}
