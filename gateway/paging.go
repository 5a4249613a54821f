package gateway

import (
	"context"
	"errors"
	"time"

	"tollgate/gateway/store"
)

// Of open messages only so many are held in memory. Of those behind them in a
// carrier's queue, and of those whose receipts are longest overdue, memory keeps the
// ID, the deadline, the age and what finds them by a receipt: the rest is read from the
// store when their turn or their receipt comes. So a carrier that takes less than is
// accepted, or is slow to tell what became of it, costs some hundred octets a message
// instead of some thousand.

// lock returns the flight of an open message with its lock held, read back from the
// store where it was paged out; nil when the message has ended. It waits for one whose
// commit is under way.
func (d *Dispatcher) lock(ctx context.Context, id store.ID) (*flight, error) {
	for {
		f, err := d.wake(ctx, id, always)
		if f == nil || err != nil {
			return nil, err
		}
		f.mu.Lock()
		if !f.paged && !f.entering {
			return f, nil
		}
		entering := f.entering
		f.mu.Unlock() // it was paged out before its lock was ours
		if entering {
			if err := pause(ctx, enteringPoll); err != nil {
				return nil, err
			}
		}
	}
}

// lockResident is lock for who must not wait for the disk: nil when the message is not
// in memory, whether it has ended or not.
func (d *Dispatcher) lockResident(id store.ID) *flight {
	f := d.flights.get(id)
	if f == nil {
		return nil
	}
	f.mu.Lock()
	if f.paged || f.entering {
		f.mu.Unlock()
		return nil
	}
	return f
}

// enteringPoll is how often it is looked whether a commit, of some 10 ms, is through.
const enteringPoll = time.Millisecond

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wake takes up an open message that is not in memory. Where it waits for a carrier
// whose queue is full of others it is paged out again, unless stay says that it must
// not: nil then, as for a message that has ended. Who has stay say always knows nil
// for an end.
func (d *Dispatcher) wake(ctx context.Context, id store.ID, stay func(*lane) bool) (*flight, error) {
	if f := d.flights.get(id); f != nil {
		return f, nil
	}
	for {
		f, mine, err := d.readBack(ctx, id, stay)
		if f != nil || mine || err != nil {
			return f, err
		}
		// Somebody else read it, and may have left it on disk, for all that we know.
	}
}

// readBack reads a message once for all who want it; mine says that it was this call.
func (d *Dispatcher) readBack(ctx context.Context, id store.ID, stay func(*lane) bool) (f *flight, mine bool, err error) {
	v, err, _ := d.waking.Do(string(id[:]), func() (any, error) {
		mine = true
		if f := d.flights.get(id); f != nil {
			return f, nil
		}
		u, err := d.store.Unfinished(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			d.unread.failed(id, d.now())
			return nil, err
		}
		d.unread.forget(id)
		if err != nil {
			return (*flight)(nil), nil
		}
		return d.adoptFlight(u, stay), nil
	})
	if err != nil {
		return nil, mine, err
	}
	return v.(*flight), mine, nil
}

func always(*lane) bool { return true }

func never(*lane) bool { return false }

// pagedOut is how many open messages are known not to be in memory.
func (d *Dispatcher) pagedOut() (n int) {
	n = d.recovery.len() + d.awaiting.pagedOut()
	for _, l := range d.lanes {
		n += l.queue.pagedOut()
	}
	return n
}

// page leaves a message that waits for l to the store, when l's queue is full. Its
// state there must be the present one, and nobody else may have the flight.
func (d *Dispatcher) page(f *flight, l *lane, since time.Time) bool {
	if !l.queue.crowded(d.cfg.Resident) {
		return false
	}
	d.pageOut(f, l, since)
	return true
}

// pageOut leaves f, which stands in no queue, to the store until its turn at l comes.
// The caller holds f.mu.
func (d *Dispatcher) pageOut(f *flight, l *lane, since time.Time) {
	d.bytes.Add(backlogBytes - f.size)
	f.size, f.paged = 0, true
	if f.recovered {
		d.recovery.resident.Add(-1)
	}
	d.flights.remove(f.msg.ID) // before its lane may look for it
	if !l.queue.page(waitingFor(f.msg, since)) {
		d.uncount() // somebody has read it meanwhile, and left it to the store too
	}
}

// count counts a message of a backlog against the bounds.
func (d *Dispatcher) count() {
	d.waiting.Add(1)
	d.bytes.Add(backlogBytes)
}

// uncount takes a message that has left a backlog off the bounds: it counts anew once
// it is read.
func (d *Dispatcher) uncount() {
	d.waiting.Add(-1)
	d.bytes.Add(-backlogBytes)
}

// unlist takes a message that was read off the backlogs, where it still stands when it
// was a cancel that had it read and not its turn: its room there is free at once.
func (d *Dispatcher) unlist(m *store.Message) {
	w := placeOf(m)
	if d.recovery.unlist(w) {
		d.uncount()
	}
	for _, l := range d.lanes {
		if l.queue.unpage(w) {
			d.uncount()
		}
	}
}

// pageInAtOnce bounds the messages that a lane reads before it submits the next.
const pageInAtOnce = 32

// pageIn reads what goes before all that is queued in memory, and some more when that
// is little.
func (l *lane) pageIn() {
	for range pageInAtOnce {
		w, ok := l.queue.nextPaged(l.d.now(), l.d.cfg.Resident)
		if !ok {
			return
		}
		if _, err := l.d.wake(l.d.ctx, w.id, func(to *lane) bool { return to == l }); err != nil {
			l.d.tryLater(w, err, l.queue.setAside)
			continue
		}
		l.d.uncount()
	}
}

// retryUnread is how long a message that could not be read is set aside.
const retryUnread = 5 * time.Second

// tryLater has a message that could not be read set aside, until it is overdue for so
// long that nobody waits for its end any more.
func (d *Dispatcher) tryLater(w waiting, err error, setAside func(w waiting, until time.Time) bool) {
	now := d.now()
	if d.ctx.Err() == nil && now.After(w.deadline().Add(d.cfg.ReceiptWait)) {
		d.log.Error("a message has expired and cannot be read; it stays open for the next start", "message", w.id, "error", err)
		d.unread.forget(w.id)
		d.uncount()
		return
	}
	if !setAside(w, now.Add(retryUnread)) {
		d.uncount()
	}
	d.cannotRead(w.id, err)
}

// unreadFor says that a message could not be read for ReceiptWait, and that it is not
// because we stop.
func (d *Dispatcher) unreadFor(id store.ID, now time.Time) bool {
	since := d.unread.failed(id, now)
	return d.ctx.Err() == nil && now.Sub(since) > d.cfg.ReceiptWait
}

// cannotRead logs that a message could not be read, now and then: a damaged file has
// many.
func (d *Dispatcher) cannotRead(id store.ID, err error) {
	if d.ctx.Err() != nil {
		return
	}
	d.tellRead.Do(func() {
		d.log.Error("an open message cannot be read from the store; others pass it, and it is tried again", "message", id, "again_after", retryUnread, "error", err)
	})
}

// expireAtOnce bounds the messages on disk that one round expires.
const expireAtOnce = 1000

// expirePaged ends messages on disk whose time is over while their carrier takes
// nothing.
func (d *Dispatcher) expirePaged(now time.Time) {
	for _, l := range d.lanes {
		for _, w := range l.queue.overdue(now, expireAtOnce) {
			f, err := d.lock(d.ctx, w.id)
			if err != nil {
				d.tryLater(w, err, l.queue.setAside)
				continue
			}
			d.uncount()
			if f == nil {
				continue
			}
			if !f.gone && !f.d.Sending && f.d.Status < store.Submitted {
				d.expire(f, "expired before a carrier took it")
			}
			f.mu.Unlock()
		}
	}
}
