package smsc

import (
	"slices"
	"time"

	"tollgate/smpp/pdu"
)

// Kinds of delivery.
const (
	kindReceipt uint8 = iota
	kindIntermediate
	kindMO
)

// delivery is one deliver_sm or data_sm on its way to the ESME.
type delivery struct {
	m         *message
	kind      uint8
	stat, err string
	tries     int
}

// flight is a delivery that its bind has not answered yet.
type flight struct {
	d     *delivery
	sent  int64
	order uint64
}

// laterWait is the wait of a receipt whose response is still being written on
// another bind.
const laterWait = 5 * time.Millisecond

// temporary are the answers after which an SMSC tries again; all others are
// final.
var temporary = []pdu.Status{
	pdu.ESME_RSYSERR, pdu.ESME_RMSGQFUL, pdu.ESME_RSUBMITFAIL, pdu.ESME_RTHROTTLED,
	pdu.ESME_RX_T_APPN, pdu.ESME_RQUERYFAIL, pdu.ESME_RDELIVERYFAILURE, pdu.ESME_RUNKNOWNERR,
}

// receipt sends the receipt of a message, twice if so drawn, to whoever wants
// one.
func (a *account) receipt(m *message, t *touched) {
	stat, err := a.s.book.outcome(m)
	if !a.s.p.wants(m.registered) || m.registered&0x03 == pdu.RegisteredFailure && !failure(stat) {
		return
	}
	m.receipt = delivery{m: m, stat: stat, err: err}
	a.deliver(&m.receipt, t)
	if m.twice {
		a.deliver(&delivery{m: m, stat: stat, err: err}, t)
	}
}

// failure says that a state is neither delivered, accepted nor on its way.
func failure(stat string) bool {
	switch messageState(stat) {
	case 1, 2, 6:
		return false
	}
	return true
}

// deliver sends a delivery over one of the account's binds, or queues it.
func (a *account) deliver(d *delivery, t *touched) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue.push(d)
	a.pumpLocked(t)
	a.bound()
}

// pump sends what waits as far as the windows allow.
func (a *account) pump(t *touched) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pumpLocked(t)
}

func (a *account) pumpLocked(t *touched) {
	for a.queue.len() > 0 {
		c := a.pick(a.queue.items[a.queue.head])
		if c == nil {
			return
		}
		d := a.queue.pop()
		if c != d.m.c && !d.answered() {
			a.s.after(laterWait, event{what: evDeliver, d: d})
			continue
		}
		a.transmit(c, d, t)
	}
}

// answered says that the response to the message was written, or never will be.
func (d *delivery) answered() bool {
	c := d.m.c
	return c == nil || d.m.early || c.isGone() || c.written.Load() >= d.m.respEnd.Load()
}

// pick chooses a bind with room: the one the message came over, else the next.
func (a *account) pick(d *delivery) *conn {
	if c := d.m.c; c != nil && a.canTake(c) {
		return c
	}
	for i := range a.binds {
		if c := a.binds[(a.next+i)%len(a.binds)]; a.canTake(c) {
			a.next = (a.next + i + 1) % len(a.binds)
			return c
		}
	}
	return nil
}

func (a *account) canTake(c *conn) bool {
	return c.mode.Load()&receives != 0 && len(c.flights) < a.s.p.ReceiptWindow && !c.mute.Load() && !c.isGone()
}

func (c *conn) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

func (a *account) transmit(c *conn, d *delivery, t *touched) {
	d.tries++
	a.flown++
	seq := c.request(a.s.p.deliverPDU(d, a.s.epoch), t)
	c.flights[seq] = flight{d: d, sent: a.s.now(), order: a.flown}
	if d.kind != kindMO {
		a.s.stats.receipts.Add(1)
	}
}

// delivered takes deliver_sm_resp, data_sm_resp or generic_nack.
func (c *conn) delivered(h pdu.Header) {
	a := c.acct.Load()
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	f, ok := c.flights[h.Sequence]
	if !ok {
		a.s.stats.strayResponses.Add(1)
		return
	}
	delete(c.flights, h.Sequence)
	switch {
	case h.Status == pdu.ESME_ROK:
		a.s.stats.acked.Add(1)
	case slices.Contains(temporary, h.Status):
		if a.again(f.d) {
			a.s.after(a.s.p.ReceiptRetry, event{what: evDeliver, d: f.d})
		}
	default:
		a.s.stats.receiptsRefused.Add(1)
	}
	a.pumpLocked(&c.touched)
}

// again says that a delivery may be sent once more.
func (a *account) again(d *delivery) bool {
	if d.tries >= a.s.p.ReceiptTries {
		a.s.stats.receiptsDropped.Add(1)
		return false
	}
	a.s.stats.redelivered.Add(1)
	return true
}

// overdue sends again what a bind left unanswered for too long.
func (a *account) overdue(c *conn, now int64, t *touched) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var late []flight
	for seq, f := range c.flights {
		if time.Duration(now-f.sent) > a.s.p.ReceiptTimeout {
			late = append(late, f)
			delete(c.flights, seq)
		}
	}
	a.requeue(late)
	a.pumpLocked(t)
}

// requeue puts deliveries in front of those that were never sent, oldest first.
func (a *account) requeue(late []flight) {
	slices.SortFunc(late, func(x, y flight) int { return int(int64(y.order) - int64(x.order)) })
	for _, f := range late {
		if a.again(f.d) {
			a.queue.unshift(f.d)
		}
	}
	a.bound()
}

// bound drops the oldest of too many.
func (a *account) bound() {
	for a.queue.len() > a.s.p.ReceiptQueue {
		a.queue.pop()
		a.s.stats.receiptsDropped.Add(1)
	}
}
