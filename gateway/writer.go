package gateway

import (
	"context"
	"slices"
	"sync"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/pdu"
)

// writer is the list of messages whose state has changed since it was last
// written. A message stands in it once, however often it changed, so that the
// list is no longer than there are open messages, and what changes faster
// than the disk takes it is written once.
type writer struct {
	mu    sync.Mutex
	list  []*flight
	wake  chan struct{}
	hurry chan struct{} // a carrier waits for what is in the list
	quit  chan struct{}
	ended chan struct{}
}

func newWriter() *writer {
	return &writer{wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{})}
}

// touch has the present state of f written. The caller holds f.mu.
func (d *Dispatcher) touch(f *flight) {
	if f.dirty {
		return
	}
	f.dirty = true
	w := d.writer
	w.mu.Lock()
	w.list = append(w.list, f)
	w.mu.Unlock()
	w.signal(w.wake)
}

func (w *writer) signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// touchFor is touch for a carrier that waits until the state is on disk. The
// caller holds f.mu.
func (d *Dispatcher) touchFor(f *flight, ack func(pdu.Status)) {
	if f.acks == nil {
		f.acks = f.firstAck[:0]
	}
	f.acks = append(f.acks, ack)
	d.touch(f)
	d.writer.signal(d.writer.hurry)
}

// writeAfter is how long a state that nobody waits for may gather company: most
// messages are submitted and answered meanwhile, which is one write instead of
// two. The store adds half of its own 20 ms to that before it syncs.
const writeAfter = 5 * time.Millisecond

// await returns when there is something to write; quit when it is the last.
func (w *writer) await(timer *time.Timer) (quit bool) {
	select {
	case <-w.hurry:
		return false
	case <-w.quit:
		return true
	case <-w.wake:
	}
	timer.Reset(writeAfter)
	defer timer.Stop()
	select {
	case <-w.hurry:
		return false
	case <-w.quit:
		return true
	case <-timer.C:
		return false
	}
}

// take empties the list into a batch.
func (w *writer) take(batch []*flight) []*flight {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch = append(batch[:0], w.list...)
	clear(w.list)
	w.list = w.list[:0]
	return batch
}

// stop writes what is left and ends the writer. Nothing may be touched after.
func (w *writer) stop() {
	select {
	case <-w.quit:
	default:
		close(w.quit)
	}
	<-w.ended
}

// write is the only goroutine that puts deliveries on disk after their accept:
// states reach the store in the order in which a message went through them.
func (d *Dispatcher) write() {
	defer close(d.writer.ended)
	var b writing
	var batch []*flight
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	for {
		quit := d.writer.await(timer)
		if batch = d.writer.take(batch); len(batch) > 0 {
			b.gather(batch)
			d.flush(&b)
			clear(batch)
		}
		d.pageAwaiting()
		d.pageCrowds()
		if quit {
			return
		}
	}
}

// writing is one batch on its way to disk. Its memory is used again: the store
// has encoded what it was given when it returns.
type writing struct {
	tx     store.Tx
	states []store.Delivery
	steps  []store.Step
	ids    []string
	acks   []func(pdu.Status)
	ended  []*flight
}

func (b *writing) gather(batch []*flight) {
	b.tx.Reset()
	clear(b.acks)
	clear(b.ended)
	b.acks, b.ended = b.acks[:0], b.ended[:0]
	b.steps, b.ids = b.steps[:0], b.ids[:0]
	b.states = slices.Grow(b.states[:0], len(batch)) // it does not move any more
	for _, f := range batch {
		f.mu.Lock()
		f.dirty = false
		b.state(&f.d)
		b.acks = append(b.acks, f.acks...)
		f.acks = nil
		if f.gone {
			b.ended = append(b.ended, f)
		}
		f.mu.Unlock()
	}
}

// state copies a delivery into the batch.
func (b *writing) state(d *store.Delivery) {
	b.states = append(b.states, *d)
	c := &b.states[len(b.states)-1]
	from := len(b.steps)
	b.steps = append(b.steps, d.Timeline...)
	c.Timeline = b.steps[from:len(b.steps):len(b.steps)]
	from = len(b.ids)
	b.ids = append(b.ids, d.CarrierIDs...)
	c.CarrierIDs = b.ids[from:len(b.ids):len(b.ids)]
	b.tx.Deliveries = append(b.tx.Deliveries, c)
}

// flush writes a batch, waiting for the disk only where a carrier waits, and
// then tells who is to be told.
func (d *Dispatcher) flush(b *writing) {
	var err error
	if len(b.acks) > 0 {
		err = d.store.Commit(context.Background(), &b.tx)
	} else {
		err = d.store.Write(&b.tx)
	}
	if err != nil {
		// Unacknowledged receipts come again after the restart that follows a
		// failed store; all else is decided again by recovery.
		d.log.Error("writing the state of messages", "messages", len(b.tx.Deliveries), "error", err)
		return
	}
	for _, ack := range b.acks {
		ack(pdu.ESME_ROK)
	}
	for _, f := range b.ended {
		d.flights.remove(f.msg.ID) // from here on the store knows best
		f.mu.Lock()
		if !f.told {
			f.told = true
			d.events(f.msg, &f.d)
		}
		f.mu.Unlock()
	}
}
