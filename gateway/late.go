package gateway

import (
	"tollgate/smpp/carrier"
)

// Receipts come on the goroutines of their links, which also take the responses of
// what was just submitted. A message that awaits its receipt on disk is therefore
// read by others: a slow disk delays that receipt, and not a response until it counts
// as missing and the message is submitted once more.

// lateReaders read side by side, and maxLate receipts wait for them: what some
// carriers have in their windows. One more is put off: the carrier tells it again.
const (
	lateReaders = 4
	maxLate     = 4096
)

// late is a receipt, and what it is for, that waits to have its message read.
type late struct {
	arrival
	part part
}

// leaveLate hands over a receipt whose message is not in memory.
func (d *Dispatcher) leaveLate(a arrival, p part) {
	if a.before == 0 {
		a.before = a.l.open.mark()
	}
	select {
	case d.late <- late{a, p}:
	default:
		a.ack(carrier.NotNow)
	}
}

// readLate applies receipts to messages on disk until the dispatcher stops; what is
// not acknowledged then comes again.
func (d *Dispatcher) readLate() {
	for {
		select {
		case a := <-d.late:
			d.takeLate(a)
		case <-d.ctx.Done():
			return
		}
	}
}

func (d *Dispatcher) takeLate(a late) {
	unlisted := d.unlisted()
	f, err := d.lock(d.ctx, a.part.id)
	switch {
	case err != nil && d.unreadFor(a.part.id, d.now()):
		d.unmatched(a.arrival) // the carrier is not to wait for it any longer
	case err != nil:
		a.ack(carrier.NotNow) // the carrier tells it again
	case f == nil:
		d.leftName(a, unlisted)
	default:
		d.received(f, a.part.n, a.arrival)
		f.mu.Unlock()
	}
}

// leftName takes a receipt whose message has ended meanwhile, and may have left its
// name to another one. It is for that one if it was submitted before the receipt came;
// else it is one more receipt of the message that has ended.
func (d *Dispatcher) leftName(a late, unlisted bool) {
	oldest := a.l.open.oldest()
	p, ok := a.l.match(&a.r)
	if !ok || p == a.part {
		d.untaken(a.arrival, oldest, unlisted)
		return
	}
	f := d.lockResident(p.id)
	if f == nil {
		d.leaveLate(a.arrival, p)
		return
	}
	defer f.mu.Unlock()
	if f.d.SubmittedAt.After(a.at) {
		d.unmatched(a.arrival)
		return
	}
	d.received(f, p.n, a.arrival)
}
