package gateway

import (
	"fmt"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
)

// submit hands the message to the carrier. That an attempt began is written
// without being waited for: if it is lost, the message counts as never tried.
func (l *lane) submit(f *flight, slot *carrier.Slot, since time.Time) {
	f.mu.Lock()
	now := l.d.now()
	if f.gone || !now.Before(f.msg.ExpiresAt) {
		if !f.gone {
			l.d.expire(f, "expired before a carrier could take it")
		}
		f.mu.Unlock()
		slot.Release()
		return
	}
	f.d.Sending, f.d.Carrier, f.d.SubmittedAt = true, l.name, now
	f.d.Attempts++
	f.tries++
	l.d.touch(f)
	s := &carrier.Submission{
		Source: f.msg.Sender, Dest: f.msg.To, Parts: f.parts, Segments: l.segments(f), Expires: f.msg.ExpiresAt,
		UserReference: carrier.Reference(reference(f.msg.ID), 0), Repeat: f.d.Repeat,
	}
	if f.d.Repeat {
		l.d.m.repeats.Inc()
	}
	f.mu.Unlock()
	l.m.queueWait.Observe(now.Sub(since).Seconds())
	began := l.open.begin()
	slot.Submit(s, func(r carrier.Result) {
		l.answered(f, r)
		l.open.end(began)
	})
}

// answered takes a submission's end, on the link's goroutine: an acceptance has
// taken effect when the receipt in the very next PDU looks for its message.
func (l *lane) answered(f *flight, r carrier.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return
	}
	f.d.Sending = false
	f.d.Repeat = f.d.Repeat || r.Unknown || r.Partly
	switch {
	case r.NotSent:
		f.d.Attempts--
		l.again(f, r, "not sent: "+errText(r.Err))
	case r.Unknown:
		l.again(f, r, "no response: "+errText(r.Err))
	case r.Status == pdu.ESME_ROK:
		l.submitted(f, r)
	default:
		l.again(f, r, r.Status.String())
	}
	l.d.touch(f)
}

// submitted is the carrier's acceptance. The caller holds f.mu.
func (l *lane) submitted(f *flight, r carrier.Result) {
	f.d.CarrierIDs = append(f.firstIDs[:0], r.MessageIDs...) // r's own array is part of the whole slot
	f.d.Status, f.d.Got = store.Submitted, 0
	l.await(f)
	l.d.awaiting.add(f.msg.ID)
	f.step("submitted", l.name, repeatNote(f), l.d.now(), r.Latency)
	f.text, f.parts, f.written = "", nil, nil
	l.d.left(f)
	l.d.m.reached[store.Submitted].Inc()
	l.d.events(f.msg, &f.d)
}

func repeatNote(f *flight) string {
	if f.d.Repeat {
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
func (l *lane) again(f *flight, r carrier.Result, why string) {
	d, now, v := l.d, l.d.now(), r.Next
	f.step("attempt", l.name, why, now, r.Latency)
	f.d.Status = store.Queued
	switch {
	case !now.Before(f.msg.ExpiresAt):
		d.expire(f, why)
	case v.SlowDown && (v.Tries == 0 || f.tries <= v.Tries || d.nextUp(f) == 0):
		f.d.Throttled++ // the link waits, not the message: its expiry ends this, or another carrier
		if v.Tries == 0 {
			f.tries--
		}
		d.later(f, v.Wait)
	case d.spent(f):
		d.giveUp(f, fmt.Sprintf("%s, after %d attempts", why, f.d.Attempts))
	case r.NotSent && v.Final:
		d.giveUp(f, why)
	case r.NotSent, v.RetryHere && f.tries <= v.Tries:
		d.later(f, v.Wait)
	case (v.Elsewhere || r.Unknown) && len(f.plan) > 1:
		d.failover(f, max(1, d.nextUp(f)), why)
	case r.Unknown:
		d.later(f, v.Wait)
	default:
		d.giveUp(f, why)
	}
}

// spent says that f has had all its attempts. The caller holds f.mu.
func (d *Dispatcher) spent(f *flight) bool { return f.d.Attempts-f.d.Throttled >= d.cfg.MaxAttempts }

// giveUp ends a message that no carrier took: rejected when they said no,
// unknown when one may have taken it without saying so.
func (d *Dispatcher) giveUp(f *flight, why string) {
	if f.d.Repeat {
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
		if d.works(f.plan[i]) {
			return i
		}
	}
	return 0
}

// works says that a carrier has a bind and is not dead.
func (d *Dispatcher) works(c route.Choice) bool {
	s := d.state(c.Carrier)
	return s.Up && !s.Dead
}

// failover makes the carrier at place next the present one; the one left
// behind goes to the end of the plan, so that a carrier that recovers may be
// tried again. The caller holds f.mu; f stands in no queue.
func (d *Dispatcher) failover(f *flight, next int, why string) {
	from := f.carrier()
	d.m.failovers.WithLabelValues(from).Inc()
	plan := append(f.plan[next:len(f.plan):len(f.plan)], f.plan[:next]...)
	f.plan, f.tries = plan, 0
	f.step("routed", plan[0].Carrier, fmt.Sprintf("from %s: %s; %s", from, why, plan[0].Serves()), d.now(), 0)
	d.touch(f)
	d.queue(f)
	d.relieve(plan[0].Carrier)
}
