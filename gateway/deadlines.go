package gateway

import (
	"time"

	"tollgate/gateway/store"
)

// A waiting message expires at its deadline, and a submitted one of which no receipt
// came becomes unknown ReceiptWait later. Nobody keeps a list of deadlines: what is open
// is looked through, 160 000 messages a second of those in memory and as many of those
// on disk, so that a message which has ended costs nothing any more.

// timeTick is how often a part of what is open is looked at.
const timeTick = 50 * time.Millisecond

// each calls f at every tick until the dispatcher stops.
func (d *Dispatcher) each(f func(now time.Time)) {
	tick := time.NewTicker(timeTick)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f(d.now())
		case <-d.ctx.Done():
			return
		}
	}
}

// keepTime ends what is overdue in memory, and works off the orphaned receipts.
func (d *Dispatcher) keepTime() {
	var due []*flight
	d.each(func(now time.Time) {
		due = d.flights.overdue(now, due[:0])
		for _, f := range due {
			d.endOverdue(f, now)
		}
		clear(due)
		d.adopt()
		d.watchAge(now)
	})
}

// endOverdue ends a message of which the time is over, if nothing more can come of it.
func (d *Dispatcher) endOverdue(f *flight, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.gone, f.paged, f.entering, f.d.Sending:
	case f.d.Status < store.Submitted:
		d.expire(f, "expired before a carrier took it")
	case !now.Before(d.givenUpAt(f.msg)):
		d.finish(f, store.Unknown, "no_receipt", "no delivery receipt came")
	}
}

// givenUpAt is until when a submitted message waits for its receipt.
func (d *Dispatcher) givenUpAt(m *store.Message) time.Time { return m.ExpiresAt.Add(d.cfg.ReceiptWait) }

// keepTimeOnDisk ends what is overdue and not in memory. A slow disk delays nothing
// else.
func (d *Dispatcher) keepTimeOnDisk() {
	var due []store.ID
	d.each(func(now time.Time) {
		d.expirePaged(now)
		due = d.awaiting.disk.overdue(now, due[:0])
		for _, id := range due {
			d.giveUpOnDisk(id, now)
		}
	})
}

// giveUpOnDisk ends a message on disk whose receipt has not come.
func (d *Dispatcher) giveUpOnDisk(id store.ID, now time.Time) {
	f, err := d.lock(d.ctx, id)
	switch {
	case err != nil:
		d.giveUpLater(id, now, err)
	case f == nil: // it has ended
		d.awaiting.woken(id)
	default:
		f.mu.Unlock()
		d.endOverdue(f, now)
	}
}

// giveUpLater has a message that cannot be read tried again, until that has been in
// vain for so long that others need its room more.
func (d *Dispatcher) giveUpLater(id store.ID, now time.Time, err error) {
	if !d.unreadFor(id, now) {
		d.awaiting.disk.postpone(id, now.Add(retryUnread))
		d.cannotRead(id, err)
		return
	}
	d.awaiting.leave(id)
	d.log.Error("a message whose receipt has not come cannot be read; it stays open for the next start", "message", id, "error", err)
}
