package gateway

import (
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
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
	// before is the generation of the latest submission that it can be for.
	before uint64
}

// Receipt takes a delivery receipt from a carrier (carrier.Handler). It is
// acknowledged once the outcome is on disk.
func (d *Dispatcher) Receipt(r receipt.Receipt, name string, ack func(pdu.Status)) {
	l := d.lanes[name]
	if l == nil {
		ack(pdu.ESME_ROK)
		return
	}
	a := arrival{l: l, r: r, ack: ack, at: d.now()}
	if d.take(a) {
		return
	}
	a.before = l.open.mark()
	d.adoptOne(a, l.open.oldest())
}

// LinkState wakes the carrier's lane.
func (d *Dispatcher) LinkState(name string, link int, up bool, err error) {
	if l := d.lanes[name]; l != nil {
		l.health.forget()
		l.queue.signal()
	}
}

// take applies a receipt to its message, or has that read first; false when no message
// is known for it.
func (d *Dispatcher) take(a arrival) bool {
	p, ok := a.l.match(&a.r)
	if !ok {
		return false
	}
	f := d.lockResident(p.id)
	if f == nil {
		d.leaveLate(a, p)
		return true
	}
	d.received(f, p.n, a)
	f.mu.Unlock()
	return true
}

// received applies a receipt to part n of f, and has it acknowledged once that is on
// disk. The caller holds f.mu.
func (d *Dispatcher) received(f *flight, n int, a arrival) {
	if !f.gone {
		d.outcome(f, n, a)
	}
	d.touchFor(f, a.ack)
}

// match finds the part that a receipt is for, by any of the ids it carries, or by
// our reference.
func (l *lane) match(r *receipt.Receipt) (part, bool) {
	for _, id := range [...]string{r.ID, r.AltID} {
		if id == "" || l.byReference {
			continue
		}
		if p, ok := l.ids.Match(id, r.Dest); ok {
			return p, true
		}
	}
	if r.HasReference {
		return l.ids.Match(receipt.ReferenceID(r.Reference), r.Dest)
	}
	return part{}, false
}

// outcome folds one receipt into its message. One of several parts is
// delivered when all of them are, and undelivered as soon as one is not. The
// caller holds f.mu.
func (d *Dispatcher) outcome(f *flight, n int, a arrival) {
	status := statusOf(a.r.State)
	detail := a.l.said.of(a.r.State, a.r.Err)
	since := a.at.Sub(f.d.SubmittedAt)
	if status == store.Delivered {
		f.d.Got |= 1 << uint(n&63)
	}
	if !a.r.Final || status == store.Delivered && bits.OnesCount64(f.d.Got) < len(f.d.CarrierIDs) {
		f.step("receipt", a.l.name, fmt.Sprintf("%s part %d/%d", detail, n+1, len(f.d.CarrierIDs)), a.at, since)
		return
	}
	reason := ""
	if status != store.Delivered {
		reason = detail
	}
	d.close(f, status, reason, detail, since)
	if status != store.Delivered {
		d.m.receipt.WithLabelValues(a.l.name, a.r.State.String()).Observe(since.Seconds())
	} else {
		a.l.m.delivered.Observe(since.Seconds())
		a.l.m.delivery.Observe(a.at.Sub(f.msg.CreatedAt).Seconds())
	}
}

// said keeps what a carrier said last, in our words: mostly it says the same again.
type said struct{ last atomic.Pointer[saying] }

type saying struct {
	state     receipt.State
	err, text string
}

func (c *said) of(state receipt.State, err string) string {
	if l := c.last.Load(); l != nil && l.state == state && l.err == err {
		return l.text
	}
	l := &saying{state, err, "stat:" + state.String()}
	if err != "" {
		l.text += " err:" + err
	}
	c.last.Store(l)
	return l.text
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
	a.l.strays.Do(func() { // a carrier that sends everything twice must not fill the log
		d.log.Warn("a delivery receipt belongs to no open message; tollgate_receipts_unmatched_total counts them",
			"carrier", a.l.name, "message_id", a.r.ID, "stat", a.r.State.String())
	})
	a.ack(pdu.ESME_ROK)
}

// maxOrphans bounds the receipts that wait for their response; one more is
// given up at once.
const maxOrphans = 4096

// orphans are receipts that came before the submit_sm_resp that names their
// message: over another link, or from an SMSC that is quick to lie. They are
// tried again a few times a second, until every submission that was under way
// when they came has its response. Meanwhile they stand in the carrier's own
// window of receipts, and hold up those behind them: one that comes twice, or
// belongs to an attempt before a crash, must not stay for long.
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

// due takes out the receipts to be tried again.
func (o *orphans) due() []arrival {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := o.list
	o.list = nil
	return list
}

// adopt tries the orphans again.
func (d *Dispatcher) adopt() {
	oldest := map[*lane]uint64{}
	list := d.orphans.due()
	for _, a := range list { // before they are tried: what has no response by now may still come
		if _, ok := oldest[a.l]; !ok {
			oldest[a.l] = a.l.open.oldest()
		}
	}
	for _, a := range list {
		d.adoptOne(a, oldest[a.l])
	}
}

// adoptOne tries a receipt and keeps it while a response may come that names
// its message; oldest is the generation that was the earliest without one
// before it was tried.
func (d *Dispatcher) adoptOne(a arrival, oldest uint64) {
	unlisted := d.unlisted() // before it is tried: the list may end meanwhile
	if !d.take(a) {
		d.untaken(a, oldest, unlisted)
	}
}

// untaken keeps a receipt for which no message was known, or ends it. One that may be
// for a message which recovery has not come to is put off then, to come again: it must
// neither be lost nor stand in the carrier's window.
func (d *Dispatcher) untaken(a arrival, oldest uint64, unlisted bool) {
	old := d.now().Sub(a.at) > d.orphans.wait
	if !old && (unlisted || oldest <= a.before) && d.orphans.keep(a) {
		return
	}
	if unlisted {
		a.ack(carrier.NotNow)
	} else {
		d.unmatched(a)
	}
}
