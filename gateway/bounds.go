package gateway

import (
	"errors"
	"time"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
)

// The queues are bounded in messages, octets and age, and so are the messages whose
// receipts are still to come. A message is refused, 503 with
// Retry-After, before it is accepted: then the caller may take another way. Texts
// leave a quarter of every bound to one-time codes, and one carrier of several
// leaves a quarter of the messages to the others, so that neither a campaign nor a
// carrier that stands still keeps a code from a carrier that works.

// A refusal names the bound that was hit by its name in the configuration.
var (
	errTooManyQueued  = errors.New("the queue is full: max_messages")
	errTooLargeQueued = errors.New("the queue is full: max_bytes")
	errTooManyAwaited = errors.New("too many messages await their receipts")
)

// retryQueue is when a refused caller may try again.
const retryQueue = 2 * time.Second

// share is what a kind of message may take of a bound.
func share(bound int64, kind store.Kind) int64 {
	if kind == store.KindText {
		return bound - bound/4
	}
	return bound
}

// Admit reserves room for a message before it is accepted. The caller hands
// the message to Enqueue or gives the room back with Unadmit.
func (d *Dispatcher) Admit(size int64, kind store.Kind) error {
	waiting, bytes := d.waiting.Add(1), d.bytes.Add(size)
	var err error
	switch {
	case waiting > share(int64(d.cfg.MaxMessages), kind):
		err = errTooManyQueued
	case bytes > share(d.cfg.MaxBytes, kind):
		err = errTooLargeQueued
	case d.awaiting.count() >= share(int64(d.cfg.MaxAwaiting), kind):
		err = errTooManyAwaited
	default:
		return nil
	}
	d.Unadmit(size)
	return err
}

// Unadmit gives back what Admit reserved.
func (d *Dispatcher) Unadmit(size int64) {
	d.waiting.Add(-1)
	d.bytes.Add(-size)
}

// full says that a carrier's queue takes no more messages of a kind.
func (l *lane) full(kind store.Kind) bool {
	bound := int64(l.d.cfg.MaxMessages)
	if len(l.d.lanes) > 1 {
		bound -= bound / 4
	}
	return l.queue.size.Load() >= share(bound, kind) || l.stalled.Load()
}

// withRoom puts the first carrier of a plan whose queue has room in front; false
// when none has.
func (d *Dispatcher) withRoom(plan []route.Choice, kind store.Kind) bool {
	for i, c := range plan {
		if d.lanes[c.Carrier].full(kind) {
			continue
		}
		copy(plan[1:i+1], plan[:i])
		plan[0] = c
		return true
	}
	return false
}

// watchAge notes which queues have stood still for too long.
func (d *Dispatcher) watchAge(now time.Time) {
	for _, l := range d.lanes {
		_, since := l.queue.stats()
		l.stalled.Store(!since.IsZero() && now.Sub(since) > d.cfg.MaxAge)
	}
}
