package gateway

import (
	"fmt"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
)

// result is a submission's end, on its way to the store.
type result struct {
	f   *flight
	l   *lane
	res carrier.Result
}

// submit records the attempt and hands the message to the carrier. The record
// is not waited for: if it is lost, the message counts as never tried.
func (l *lane) submit(f *flight, slot *carrier.Slot, since time.Time) {
	f.mu.Lock()
	now := l.d.now()
	if f.gone || !now.Before(f.msg.ExpiresAt) {
		if !f.gone {
			l.d.finish(f, store.Expired, "expired", "expired before a carrier could take it")
		}
		f.mu.Unlock()
		slot.Release()
		return
	}
	f.d.Sending, f.d.Carrier, f.d.SubmittedAt = true, l.name, now
	f.d.Attempts++
	f.tries++
	f.spent++
	err := l.d.store.Write(&store.Tx{Deliveries: []*store.Delivery{f.snapshot()}})
	if err != nil { // the store has failed and the process is about to end
		f.d.Sending = false
		f.mu.Unlock()
		slot.Release()
		return
	}
	s := &carrier.Submission{
		Source: f.msg.Sender, Dest: f.msg.To, Parts: f.parts, Expires: f.msg.ExpiresAt,
		UserReference: uint16(f.msg.ID[14])<<8 | uint16(f.msg.ID[15]), Repeat: f.repeat,
	}
	if f.repeat {
		l.d.m.repeats.Inc()
	}
	f.mu.Unlock()
	l.d.m.queueWait.WithLabelValues(l.name).Observe(now.Sub(since).Seconds())
	slot.Submit(s, func(r carrier.Result) { l.answered(f, r) })
}

// answered runs on the link's goroutine. An acceptance takes effect here, so
// that the receipt in the very next PDU finds it; what needs a decision, and
// every write, is left to writeResults.
func (l *lane) answered(f *flight, r carrier.Result) {
	if accepted(r) {
		l.submitted(f, r)
	}
	select {
	case l.d.results <- result{f, l, r}:
	case <-l.d.ctx.Done():
	}
}

func accepted(r carrier.Result) bool {
	return r.Status == pdu.ESME_ROK && !r.Unknown && !r.NotSent
}

// submitted is the carrier's acceptance.
func (l *lane) submitted(f *flight, r carrier.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return
	}
	f.d.Sending, f.d.Status, f.d.CarrierIDs = false, store.Submitted, r.MessageIDs
	for n, id := range r.MessageIDs {
		if id != "" {
			l.ids.Add(id, f.msg.To.Digits(), part{f, n})
		}
	}
	f.step("submitted", l.name, repeatNote(f), l.d.now(), r.Latency)
	f.text, f.parts = "", nil
	l.d.left(f)
	l.d.m.messages.WithLabelValues("submitted").Inc()
	l.d.events(f.msg, &f.d)
}

// writeResults stores results in batches; one write for all that have come.
func (d *Dispatcher) writeResults() {
	var tx store.Tx
	for {
		select {
		case r := <-d.results:
			tx.Reset()
			d.apply(&tx, r)
			for len(tx.Deliveries) < 256 && len(d.results) > 0 {
				d.apply(&tx, <-d.results)
			}
			if err := d.store.Write(&tx); err != nil {
				d.log.Error("writing submit results", "results", len(tx.Deliveries), "error", err)
			}
		case <-d.ctx.Done():
			return
		}
	}
}

// apply moves one message on after its submission, and puts its new state
// into tx unless it has one of its own there already.
func (d *Dispatcher) apply(tx *store.Tx, r result) {
	f := r.f
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone { // its receipt overtook this result
		return
	}
	switch {
	case accepted(r.res):
	case r.res.NotSent:
		f.d.Attempts--
		f.spent--
		d.again(f, r, "not sent: "+errText(r.res.Err))
	case r.res.Unknown:
		f.repeat = true
		d.again(f, r, "no response: "+errText(r.res.Err))
	default:
		d.again(f, r, r.res.Status.String())
	}
	if !f.gone {
		tx.Deliveries = append(tx.Deliveries, f.snapshot())
	}
}

func repeatNote(f *flight) string {
	if f.repeat {
		return "repeat"
	}
	return ""
}

func errText(err error) string {
	if err == nil {
		return "unknown"
	}
	return err.Error()
}

// again decides what follows a submission that did not succeed: here after a
// wait, at the next carrier, or nothing. The caller holds f.mu.
func (d *Dispatcher) again(f *flight, r result, why string) {
	now := d.now()
	f.step("attempt", r.l.name, why, now, r.res.Latency)
	f.d.Sending, f.d.Status = false, store.Queued
	v := r.res.Next
	switch {
	case !now.Before(f.msg.ExpiresAt):
		d.finish(f, store.Expired, "expired", why)
	case v.SlowDown: // the link waits, not the message: only its expiry ends this
		f.spent--
		f.tries--
		d.later(f, v.Wait)
	case f.spent >= d.cfg.MaxAttempts:
		d.giveUp(f, fmt.Sprintf("%s, after %d attempts", why, f.d.Attempts))
	case r.res.NotSent, v.RetryHere && f.tries <= v.Tries:
		d.later(f, v.Wait)
	case (v.Elsewhere || r.res.Unknown) && len(f.plan) > 1:
		d.failover(f, max(1, d.nextUp(f)), why)
	case r.res.Unknown:
		d.later(f, v.Wait)
	default:
		d.giveUp(f, why)
	}
}

// giveUp ends a message that no carrier took: rejected when they said no,
// unknown when one may have taken it without saying so.
func (d *Dispatcher) giveUp(f *flight, why string) {
	if f.repeat {
		d.finish(f, store.Unknown, "no_response", why)
		return
	}
	d.finish(f, store.Rejected, "carrier", why)
}

// later queues f again at the same carrier after a wait.
func (d *Dispatcher) later(f *flight, wait time.Duration) {
	if wait <= 0 {
		d.queue(f)
		return
	}
	time.AfterFunc(wait, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if !f.gone && f.entry == nil && !f.d.Sending && d.ctx.Err() == nil {
			d.queue(f)
		}
	})
}

// nextUp is the place in f's plan of the next carrier that has a bind and is
// not dead; 0 when there is none.
func (d *Dispatcher) nextUp(f *flight) int {
	for i := 1; i < len(f.plan); i++ {
		if s := d.state(f.plan[i].Carrier); s.Up && !s.Dead {
			return i
		}
	}
	return 0
}

// failover makes the carrier at place next the present one; the one left
// behind goes to the end of the plan, so that a carrier that recovers may be
// tried again. The caller holds f.mu; f stands in no queue.
func (d *Dispatcher) failover(f *flight, next int, why string) {
	from := f.carrier()
	d.m.failovers.WithLabelValues(from).Inc()
	plan := append(f.plan[next:len(f.plan):len(f.plan)], f.plan[:next]...)
	f.plan, f.tries = plan, 0
	f.step("routed", plan[0].Carrier, fmt.Sprintf("from %s: %s; %s", from, why, plan[0].Why), d.now(), 0)
	d.queue(f)
}
