package gateway

import (
	"sync"
	"time"

	"tollgate/gateway/store"
)

// agenda wakes messages at their deadlines, to the second: a waiting one
// expires, a submitted one that got no receipt becomes unknown.
type agenda struct {
	mu   sync.Mutex
	at   map[int64][]store.ID // Unix second -> messages
	next int64                // the first second that has not been looked at
}

func newAgenda() *agenda { return &agenda{at: map[int64][]store.ID{}} }

// add wakes id in the first whole second after t.
func (a *agenda) add(t time.Time, id store.ID) {
	s := t.Unix() + 1
	a.mu.Lock()
	defer a.mu.Unlock()
	s = max(s, a.next)
	a.at[s] = append(a.at[s], id)
}

// due takes out all whose second has come.
func (a *agenda) due(now time.Time) (ids []store.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	last := now.Unix()
	if a.next == 0 {
		a.next = last
		for s := range a.at {
			a.next = min(a.next, s)
		}
	}
	for ; a.next <= last; a.next++ {
		ids = append(ids, a.at[a.next]...)
		delete(a.at, a.next)
	}
	return ids
}

// keepTime works off the agenda and the orphaned receipts until the end.
func (d *Dispatcher) keepTime() {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-d.ctx.Done():
			return
		}
		now := d.now()
		for _, id := range d.agenda.due(now) {
			d.deadline(id, now)
			select {
			case d.expiries <- id:
			default:
			}
		}
		d.expirePaged(now)
		d.adopt()
		d.watchAge(now)
	}
}

// deadline ends a message whose time has passed, or sets its next deadline.
func (d *Dispatcher) deadline(id store.ID, now time.Time) {
	if d.flights.get(id) == nil {
		last, ok := d.awaiting.until(id)
		if !ok {
			return // it has ended, or expirePaged will find it
		}
		if now.Before(last) {
			d.agenda.add(last, id)
			return
		}
	}
	f, err := d.lock(d.ctx, id)
	if err != nil && d.ctx.Err() == nil {
		d.log.Error("a message is overdue and cannot be read; the next start ends it", "message", id, "error", err)
	}
	if f == nil {
		d.awaiting.woken(id) // erased
		return
	}
	defer f.mu.Unlock()
	last := f.msg.ExpiresAt.Add(d.cfg.ReceiptWait)
	switch {
	case f.d.Sending:
		d.agenda.add(now.Add(time.Second), id)
	case f.d.Status < store.Submitted:
		d.expire(f, "expired before a carrier took it")
	case now.Before(last):
		d.agenda.add(last, id)
	default:
		d.finish(f, store.Unknown, "no_receipt", "no delivery receipt came")
	}
}
