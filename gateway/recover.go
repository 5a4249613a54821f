package gateway

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// recovery takes up what a former run left open, while this one already serves.
//
// The list of open messages comes earliest deadline first. One that a carrier
// accepted waits for its receipt again; the rest stands in a backlog, 24 octets
// each, of which only so many are read and queued as the carriers are ahead: one-time
// codes first, then the earliest deadline. So the first is submitted at once, and a
// million take no more memory than some thousands. Receipts that name a message
// which is not read yet wait until the list is through.
type recovery struct {
	listing  atomic.Bool  // the list has not been read to its end
	resident atomic.Int64 // queued by recovery, and still waiting for a carrier

	mu    sync.Mutex
	wait  [2][]waiting      // one-time codes, texts; earliest deadline first
	asked map[store.ID]bool // read before their turn
}

// waiting is a message of the backlog.
type waiting struct {
	id       store.ID
	deadline int64 // Unix milliseconds
}

const (
	refillAfter  = 10 * time.Millisecond // how often it is looked for room
	backlogBytes = 832                   // what one counts against the queue's octets until it is read
)

// len is how many wait to be read.
func (r *recovery) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.wait[0]) + len(r.wait[1])
}

func (r *recovery) add(m *store.OpenMessage) {
	which := 0
	if m.Kind == store.KindText {
		which = 1
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wait[which] = append(r.wait[which], waiting{m.ID, m.Deadline.UnixMilli()})
}

// take returns the next one to be read: any while there is room, else one whose
// time is over. While the list is being read texts leave half of the room to codes
// that may still follow. ok is false when there is none.
func (r *recovery) take(now time.Time, ahead int) (id store.ID, ok bool) {
	room := [2]int64{int64(ahead), int64(ahead)}
	if r.listing.Load() {
		room[1] /= 2
	}
	resident := r.resident.Load()
	r.mu.Lock()
	defer r.mu.Unlock()
	for which := range r.wait {
		if list := r.wait[which]; len(list) > 0 && (resident < room[which] || list[0].deadline <= now.UnixMilli()) {
			r.wait[which] = list[1:]
			return list[0].id, true
		}
	}
	return id, false
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
			d.log.Error("recovering open messages: the list could not be read to its end; restart to try again. Until then receipts of unknown messages are put off", "error", err)
		}
		if n > 0 {
			d.log.Info("open messages of the former run listed", "messages", n, "awaiting_receipts", awaiting)
		}
		d.workOff()
	}, nil
}

// list reads the whole list, and queues meanwhile what there is room for.
func (d *Dispatcher) list(m store.OpenMessage, ok bool, next func() (store.OpenMessage, error, bool)) (n, awaiting int, err error) {
	for ; ok; m, err, ok = next() {
		if err != nil {
			return n, awaiting, err
		}
		n++
		if m.Delivery != nil && m.Delivery.Status == store.Submitted && !m.Delivery.Sending {
			awaiting++
			if err := d.resume(m.ID); err != nil {
				return n, awaiting, err
			}
			continue
		}
		d.waiting.Add(1)
		d.bytes.Add(backlogBytes)
		d.recovery.add(&m)
		if err := d.refill(); err != nil {
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
		if err := d.refill(); err != nil {
			if d.ctx.Err() == nil {
				d.log.Error("recovering an open message: it stays in the store; restart to try again", "error", err)
			}
			return
		}
		select {
		case <-tick.C:
		case <-d.ctx.Done():
			return
		}
	}
}

func (d *Dispatcher) refill() error {
	for d.ctx.Err() == nil {
		id, ok := d.recovery.take(d.now(), d.cfg.ReadAhead)
		if !ok {
			return nil
		}
		d.waiting.Add(-1)
		d.bytes.Add(-backlogBytes)
		if err := d.resume(id); err != nil {
			return err
		}
	}
	return d.ctx.Err()
}

// resume reads a message of the former run and takes it up, unless somebody has
// asked for it before its turn, or it has ended meanwhile.
func (d *Dispatcher) resume(id store.ID) error {
	u, err := d.store.Unfinished(d.ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r := &d.recovery
	r.mu.Lock()
	early := r.asked[id]
	delete(r.asked, id)
	if !early {
		d.adoptFlight(u)
	}
	r.mu.Unlock()
	return nil
}

// awake takes up a message of the backlog before its turn, for somebody who wants to
// change it. It returns nil when it is not open.
func (d *Dispatcher) awake(ctx context.Context, id store.ID) (*flight, error) {
	r := &d.recovery
	if !r.listing.Load() && r.len() == 0 {
		return nil, nil
	}
	r.mu.Lock()
	f := d.flights.get(id)
	if f == nil {
		if r.asked == nil {
			r.asked = map[store.ID]bool{}
		}
		r.asked[id] = true // from here on nobody else takes it up
	}
	r.mu.Unlock()
	if f != nil {
		return f, nil
	}
	u, err := d.store.Unfinished(ctx, id)
	switch {
	case err == nil:
		return d.adoptFlight(u), nil
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	}
	r.mu.Lock()
	delete(r.asked, id)
	r.mu.Unlock()
	return nil, err
}

// adoptFlight makes a flight of what the store holds.
func (d *Dispatcher) adoptFlight(u store.Unfinished) *flight {
	f := &flight{msg: u.Message, d: *u.Delivery}
	d.flights.put(f)
	d.agenda.add(u.Message.ExpiresAt, u.Message.ID)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.d.Status == store.Submitted && !f.d.Sending {
		if l := d.lanes[f.d.Carrier]; l != nil {
			l.await(f)
		}
		return f
	}
	d.sendAgain(f, u.Content)
	return f
}

// sendAgain queues a recovered message. The queue's bound does not hold for
// it: it was accepted. The caller holds f.mu.
func (d *Dispatcher) sendAgain(f *flight, c *store.Content) {
	f.repeat, f.d.Sending, f.d.Status = f.d.Sending, false, store.Queued
	if c == nil {
		d.finish(f, store.Unknown, "no_content", "the text was not found after a restart")
		return
	}
	plan, err := d.fit(d.router.Plan(f.msg.To, f.msg.PLMN), c.Text)
	if err != nil {
		d.finish(f, store.Rejected, "text", "the text can no longer be encoded: "+err.Error())
		return
	}
	f.plan, f.text, f.size = plan, c.Text, flightSize(c.Text)
	f.recovered = true
	d.recovery.resident.Add(1)
	d.waiting.Add(1)
	d.bytes.Add(f.size)
	if f.repeat {
		f.step("recovered", f.d.Carrier, "the former attempt's result is unknown: repeat", d.now(), 0)
	} else {
		f.step("recovered", "", "", d.now(), 0)
	}
	d.queue(f)
}
