package gateway

import (
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// recovery takes up what a former run left open, while this one already serves.
//
// The list of open messages comes earliest deadline first. One that a carrier
// accepted waits for its receipt again; the rest stands in a backlog, some 60 octets
// each, of which only so many are read and queued as the carriers are ahead: one-time
// codes first, then the earliest deadline. So the first is submitted at once, and a
// million take no more memory than some thousands. Receipts that name no message we
// know are put off until the list is through, and what it could not read is read.
type recovery struct {
	listing  atomic.Bool               // the list has not been read to its end
	broke    atomic.Pointer[time.Time] // when it broke off; nil: it did not
	givenUp  sync.Once                 // logs that it was waited for in vain
	resident atomic.Int64              // queued by recovery, and still waiting for a carrier

	mu   sync.Mutex
	wait backlog
}

const refillAfter = 10 * time.Millisecond // how often it is looked for room

// len is how many wait to be read.
func (r *recovery) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wait.len()
}

func (r *recovery) add(w waiting) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wait.add(w)
}

func (r *recovery) setAside(w waiting, until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wait.setAside(w, until)
}

// unlist takes out a message that somebody else has read; false when it is not there.
func (r *recovery) unlist(w waiting) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wait.remove(w)
}

// take returns the next one to be read: any while there is room, else one whose
// time is over. While the list is being read texts leave half of the room to codes
// that may still follow. ok is false when there is none.
func (r *recovery) take(now time.Time, ahead int) (w waiting, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wait.resume(now)
	if w, ok = r.wait.first(); !ok {
		return w, false
	}
	if r.listing.Load() && w.order&textBit != 0 {
		ahead /= 2
	}
	if r.resident.Load() >= int64(ahead) {
		w, ok = r.wait.overdue(now)
	}
	return w, ok && r.wait.remove(w)
}

// begin starts to list what is open: the list is as the store is now.
func (d *Dispatcher) beginRecovery() (resume func(), err error) {
	next, stop := iter.Pull2(d.store.Open(d.ctx))
	first, err, ok := next()
	if err != nil {
		stop()
		return nil, err
	}
	d.recovery.listing.Store(true)
	return func() {
		defer stop()
		n, awaiting, err := d.list(first, ok, next)
		switch {
		case err == nil:
			d.recovery.listing.Store(false)
		case d.ctx.Err() == nil:
			now := d.now()
			d.recovery.broke.Store(&now)
			d.log.Error("recovering open messages: the list could not be read to its end; restart to try again. Receipts of unknown messages are put off so long",
				"put_off_for", d.cfg.ReceiptWait, "error", err)
		}
		if n > 0 {
			d.log.Info("open messages of the former run listed", "messages", n, "awaiting_receipts", awaiting)
		}
		d.workOff()
	}, nil
}

// unlisted says that there may be messages which the list has not come to, or which it
// has and that could not be read: their receipts are unknown. When it has broken off, or
// they still cannot be read, they are given up after ReceiptWait: a carrier that is told
// to wait may hold back all other receipts too.
func (d *Dispatcher) unlisted() bool {
	r := &d.recovery
	if !r.listing.Load() {
		return d.unread.namelessSince(d.now().Add(-d.cfg.ReceiptWait))
	}
	broke := r.broke.Load()
	if broke == nil || d.now().Before(broke.Add(d.cfg.ReceiptWait)) {
		return true
	}
	r.givenUp.Do(func() {
		d.log.Error("the list of open messages is still broken: receipts of unknown messages are acknowledged from now on, and those of them that are open end as unknown after the next start",
			"since", *broke)
	})
	return false
}

// list reads the whole list, and queues meanwhile what there is room for.
func (d *Dispatcher) list(m store.OpenMessage, ok bool, next func() (store.OpenMessage, error, bool)) (n, awaiting int, err error) {
	for ; ok; m, err, ok = next() {
		if err != nil {
			return n, awaiting, err
		}
		n++
		w := waiting{m.ID, orderOf(m.Kind, m.Deadline), d.began.Unix()}
		if m.Delivery != nil && m.Delivery.Status == store.Submitted && !m.Delivery.Sending {
			awaiting++
			if _, err := d.wake(d.ctx, m.ID, never); err != nil {
				d.unread.failedNameless(m.ID, d.now())
				d.count()
				d.tryLater(w, err, d.recovery.setAside)
			}
			continue
		}
		if d.recovery.add(w) {
			d.count()
		}
		d.refill()
		if err := d.ctx.Err(); err != nil {
			return n, awaiting, err
		}
	}
	return n, awaiting, nil
}

// workOff queues the backlog as the carriers take it.
func (d *Dispatcher) workOff() {
	tick := time.NewTicker(refillAfter)
	defer tick.Stop()
	for d.recovery.len() > 0 {
		d.refill()
		select {
		case <-tick.C:
		case <-d.ctx.Done():
			return
		}
	}
}

// refill reads the backlog as far as there is room, or up to one that cannot be read.
func (d *Dispatcher) refill() {
	for d.ctx.Err() == nil {
		w, ok := d.recovery.take(d.now(), d.cfg.ReadAhead)
		if !ok {
			return
		}
		if _, err := d.wake(d.ctx, w.id, never); err != nil {
			d.tryLater(w, err, d.recovery.setAside)
			return
		}
		d.uncount()
	}
}

// adoptFlight makes a flight of what the store holds; nil when it is left there.
func (d *Dispatcher) adoptFlight(u store.Unfinished, stay func(*lane) bool) *flight {
	f := &flight{message: *u.Message, d: *u.Delivery}
	f.msg, f.message.Facts = &f.message, nil // nobody on its way asks for them
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.d.Status == store.Submitted && !f.d.Sending {
		d.flights.put(f)
		if l := d.lanes[f.d.Carrier]; !d.awaiting.woken(f.msg.ID) && l != nil {
			l.await(f)
		}
		d.awaiting.add(f.msg.ID)
		d.writer.signal(d.writer.wake) // there may be too many now
		return f
	}
	d.unlist(f.msg)
	if d.sendAgain(f, u.Content, stay); f.paged {
		return nil
	}
	return f
}

// sendAgain queues a message of the store. The queue's bound does not hold for it: it
// was accepted. The caller holds f.mu.
func (d *Dispatcher) sendAgain(f *flight, c *store.Content, stay func(*lane) bool) {
	f.d.Repeat = f.d.Repeat || f.d.Sending
	f.d.Sending, f.d.Status = false, store.Queued
	if d.spent(f) { // the last attempt was under way when we crashed
		d.flights.put(f)
		d.giveUp(f, fmt.Sprintf("no response before the restart, after %d attempts", f.d.Attempts))
		return
	}
	if c == nil {
		d.flights.put(f)
		d.finish(f, store.Unknown, "no_content", "the text was not found when it was to be sent")
		return
	}
	plan, err := d.fit(d.router.Plan(f.msg.To, f.msg.PLMN), c.Text)
	if err != nil {
		d.flights.put(f)
		d.finish(f, store.Rejected, "text", "the text can no longer be encoded: "+err.Error())
		return
	}
	f.plan, f.text, f.size = plan, c.Text, flightSize(c.Text)
	d.waiting.Add(1)
	d.bytes.Add(f.size)
	since := f.msg.CreatedAt
	if f.recovered = f.msg.ID.Time().Before(d.began); f.recovered {
		since = d.began
		d.recovery.resident.Add(1)
	}
	switch tried := f.d.Attempts > 0 && !f.d.SubmittedAt.Before(d.began); {
	case tried:
		d.tried(f)
	case f.recovered:
		f.stepRecovered(d.now())
	}
	d.enter(f, since, stay)
	d.relieve(f.carrier()) // who canceled too late may have had many read
}

func (f *flight) stepRecovered(now time.Time) {
	if f.d.Repeat {
		f.step("recovered", f.d.Carrier, "the former attempt's result is unknown: repeat", now, 0)
	} else {
		f.step("recovered", "", "", now, 0)
	}
}
