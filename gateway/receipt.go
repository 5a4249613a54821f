package gateway

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// arrival is a delivery receipt that the carrier waits to have acknowledged.
type arrival struct {
	l   *lane
	r   receipt.Receipt
	ack func(pdu.Status)
	at  time.Time
}

// Receipt takes a delivery receipt from a carrier (carrier.Handler). It is
// acknowledged once the outcome is on disk.
func (d *Dispatcher) Receipt(r receipt.Receipt, name string, ack func(pdu.Status)) {
	l := d.lanes[name]
	if l == nil {
		ack(pdu.ESME_ROK)
		return
	}
	select {
	case d.receipts <- arrival{l, r, ack, d.now()}:
	case <-d.ctx.Done(): // unacknowledged: the carrier sends it again
	}
}

// MO takes a message from a handset. Nothing is done with it yet but to count
// and acknowledge it.
func (d *Dispatcher) MO(m carrier.MO, name string, ack func(pdu.Status)) {
	d.m.messages.WithLabelValues("mobile_originated").Inc()
	ack(pdu.ESME_ROK)
}

// LinkState wakes the carrier's lane.
func (d *Dispatcher) LinkState(name string, link int, up bool, err error) {
	if l := d.lanes[name]; l != nil {
		l.queue.signal()
	}
}

// outcomes is a batch of receipts: one commit group for all.
type outcomes struct {
	tx    store.Tx
	acks  []func(pdu.Status)
	ended []*flight
}

// commitReceipts makes outcomes durable in batches and then acknowledges them.
func (d *Dispatcher) commitReceipts() {
	var o outcomes
	for {
		select {
		case a := <-d.receipts:
			d.take(&o, a)
			for len(o.acks) < 256 && len(d.receipts) > 0 {
				d.take(&o, <-d.receipts)
			}
			d.commit(&o)
		case <-d.ctx.Done():
			return
		}
	}
}

func (d *Dispatcher) commit(o *outcomes) {
	if len(o.tx.Deliveries) > 0 {
		if err := d.store.Commit(context.Background(), &o.tx); err != nil {
			// Unacknowledged receipts come again after the restart that
			// follows a failed store.
			d.log.Error("writing delivery receipts", "receipts", len(o.tx.Deliveries), "error", err)
			o.acks = o.acks[:0]
		}
	}
	for _, ack := range o.acks {
		ack(pdu.ESME_ROK)
	}
	for _, f := range o.ended {
		f.mu.Lock()
		d.events(f.msg, &f.d)
		f.mu.Unlock()
	}
	o.tx.Reset()
	clear(o.acks)
	clear(o.ended)
	o.acks, o.ended = o.acks[:0], o.ended[:0]
}

// take applies one receipt, or keeps it until the response that names its
// message has come.
func (d *Dispatcher) take(o *outcomes, a arrival) {
	p, ok := a.l.ids.Match(a.r.ID, a.r.Dest)
	if !ok {
		if !d.orphans.keep(a) {
			d.unmatched(a)
		}
		return
	}
	o.acks = append(o.acks, a.ack)
	f := p.f
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return
	}
	if d.outcome(f, p.n, a) {
		o.ended = append(o.ended, f)
	}
	o.tx.Deliveries = append(o.tx.Deliveries, f.snapshot())
}

// outcome folds one receipt into its message and says whether it ended. A
// message of several parts is delivered when all of them are, and undelivered
// as soon as one is not. The caller holds f.mu.
func (d *Dispatcher) outcome(f *flight, n int, a arrival) (ended bool) {
	status := statusOf(a.r.State)
	detail := "stat:" + a.r.State.String()
	if a.r.Err != "" {
		detail += " err:" + a.r.Err
	}
	since := a.at.Sub(f.d.SubmittedAt)
	if status == store.Delivered {
		f.got |= 1 << uint(n&63)
	}
	if !a.r.Final || status == store.Delivered && f.got != 1<<uint(len(f.d.CarrierIDs)&63)-1 {
		f.step("receipt", a.l.name, fmt.Sprintf("%s part %d/%d", detail, n+1, len(f.d.CarrierIDs)), a.at, since)
		return false
	}
	reason := ""
	if status != store.Delivered {
		reason = detail
	}
	d.close(f, status, reason, detail, since)
	d.m.receipt.WithLabelValues(a.l.name, a.r.State.String()).Observe(since.Seconds())
	if status == store.Delivered {
		d.m.delivery.WithLabelValues(a.l.name).Observe(a.at.Sub(f.msg.CreatedAt).Seconds())
	}
	return true
}

// statusOf maps a final message_state (SMPP 3.4 §5.2.28) to ours.
func statusOf(s receipt.State) store.Status {
	switch s {
	case receipt.Delivered:
		return store.Delivered
	case receipt.Expired:
		return store.Expired
	case receipt.Rejected:
		return store.Rejected
	case receipt.Unknown:
		return store.Unknown
	}
	return store.Undelivered
}

func (d *Dispatcher) unmatched(a arrival) {
	d.m.unmatched.WithLabelValues(a.l.name).Inc()
	d.log.Warn("a delivery receipt belongs to no open message",
		"carrier", a.l.name, "message_id", a.r.ID, "stat", a.r.State.String())
	a.ack(pdu.ESME_ROK)
}

// maxOrphans bounds the receipts that wait for their response; one more is
// given up at once.
const maxOrphans = 4096

// orphans are receipts that came before the submit_sm_resp that names their
// message: over another link, or from an SMSC that is quick to lie. They are
// tried again a few times a second.
type orphans struct {
	wait time.Duration
	mu   sync.Mutex
	list []arrival
}

func newOrphans(wait time.Duration) *orphans { return &orphans{wait: wait} }

func (o *orphans) keep(a arrival) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.list) >= maxOrphans {
		return false
	}
	o.list = append(o.list, a)
	return true
}

// sort parts the orphans into those whose message is known by now and those
// that waited too long; the rest stays.
func (o *orphans) sort(now time.Time) (found, lost []arrival) {
	o.mu.Lock()
	defer o.mu.Unlock()
	stay := o.list[:0]
	for _, a := range o.list {
		if _, ok := a.l.ids.Match(a.r.ID, a.r.Dest); ok {
			found = append(found, a)
		} else if now.Sub(a.at) > o.wait {
			lost = append(lost, a)
		} else {
			stay = append(stay, a)
		}
	}
	clear(o.list[len(stay):])
	o.list = stay
	return found, lost
}
