package gateway

import (
	"context"

	"tollgate/gateway/store"
)

// recover takes up every open message of the store, earliest deadline first.
// One that a carrier accepted waits for its receipt again; one whose attempt
// has no result is sent again, marked as a repeat.
func (d *Dispatcher) recover(ctx context.Context) (n int, err error) {
	for u, err := range d.store.Open(ctx) {
		if err != nil {
			return n, err
		}
		d.resume(u)
		n++
	}
	return n, nil
}

func (d *Dispatcher) resume(u store.Unfinished) {
	f := &flight{msg: u.Message, d: *u.Delivery}
	d.flights.put(f)
	d.agenda.add(u.Message.ExpiresAt, u.Message.ID)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.d.Status == store.Submitted && !f.d.Sending {
		if l := d.lanes[f.d.Carrier]; l != nil {
			l.await(f)
		}
		return
	}
	d.sendAgain(f, u.Content)
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
	d.waiting.Add(1)
	d.bytes.Add(f.size)
	if f.repeat {
		f.step("recovered", f.d.Carrier, "the former attempt's result is unknown: repeat", d.now(), 0)
	} else {
		f.step("recovered", "", "", d.now(), 0)
	}
	d.queue(f)
}
