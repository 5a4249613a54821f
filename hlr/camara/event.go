package camara

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tollgate/hlr/subscriber"
)

// Kind is what a network says by an event.
type Kind int

// The kinds of events.
const (
	Swapped Kind = iota + 1 // another SIM serves the number
	Ended                   // a subscription has ended: no more events of its number come
	Status                  // a subscription has started, or was updated
)

// Event is one notification about SIM swaps (sim-swap-subscriptions of SimSwap
// r3.3, schema CloudEvent).
type Event struct {
	ID, Source   string
	Kind         Kind
	Number       subscriber.MSISDN // of Swapped
	At           time.Time         // of Swapped: when, or when it came where that is not told
	Subscription string
	Reason       string // of Ended: a TerminationReason

	stamp string // the time as it was written
}

// EventMax is how many octets an event may have.
const EventMax = 64 << 10

const eventPrefix = "org.camaraproject.sim-swap-subscriptions.v"

// EventError is an event that cannot be understood: the network is at fault.
// It repeats nothing of the event.
type EventError struct{ Text string }

func (e *EventError) Error() string { return e.Text }

func badEvent(format string, args ...any) error { return &EventError{fmt.Sprintf(format, args...)} }

// ParseEvent reads a CloudEvent in structured JSON mode (CloudEvents 1.0.2).
// The version in its type may be any: only the swap's number and time matter.
func ParseEvent(data []byte, now time.Time) (e Event, err error) {
	if len(data) > EventMax {
		return e, badEvent("an event has at most %d octets", EventMax)
	}
	o, err := parse(data)
	if err != nil {
		return e, badEvent("the body is no JSON object, or has a key twice")
	}
	word := func(key string) string {
		s, told, wrong := o.text(key)
		if (wrong != nil || !told || s == "" || len(s) > 1024) && err == nil {
			err = badEvent("%s is missing, or no text", key)
		}
		return s
	}
	version, kind := word("specversion"), word("type")
	e.ID, e.Source = word("id"), word("source")
	if err != nil {
		return e, err
	}
	if version != "1.0" {
		return e, badEvent("specversion must be 1.0")
	}
	content, wrong := o.inner("data")
	if wrong != nil {
		return e, badEvent("data is no JSON object, or has a key twice")
	}
	e.Subscription, _, _ = content.text("subscriptionId") // only shown
	return e, e.read(kind, o, content, now)
}

// read takes what an event of its type tells.
func (e *Event) read(kind string, o, content object, now time.Time) error {
	rest, ours := strings.CutPrefix(kind, eventPrefix)
	_, what, _ := strings.Cut(rest, ".") // behind the version
	if i := strings.LastIndexByte(what, '.'); i >= 0 {
		what = what[i+1:]
	}
	switch {
	case ours && what == "swapped":
		e.Kind = Swapped
		return e.swap(o, content, now)
	case ours && (what == "subscription-ended" || what == "subscription-ends"):
		e.Kind = Ended
		if reason, _, _ := content.text("terminationReason"); slices.Contains(endings, reason) {
			e.Reason = reason
		}
		return nil
	case ours && (what == "subscription-started" || what == "subscription-updated"):
		e.Kind = Status
		return nil
	}
	return badEvent("the type is none of %s0: swapped, subscription-started, subscription-updated, subscription-ended", eventPrefix)
}

// endings are the values of TerminationReason.
var endings = []string{"MAX_EVENTS_REACHED", "NETWORK_TERMINATED", "SUBSCRIPTION_EXPIRED", "ACCESS_TOKEN_EXPIRED", "SUBSCRIPTION_DELETED"}

// swap takes the number, without which the event is of no use, and the time,
// without which it is: a swap whose date cannot be read has happened all the
// same, and by now.
func (e *Event) swap(o, content object, now time.Time) error {
	number, _, err := content.text("phoneNumber")
	if err != nil || !isNumber(number) {
		return badEvent("data.phoneNumber is missing, or no number: create the subscription with the number in its request")
	}
	e.Number = subscriber.MSISDN(number)
	at, told, err := o.date("time", now, 0)
	if err != nil || !told {
		at = now // unreadable, or of a clock that is ahead
	}
	e.At = at
	e.stamp, _, _ = o.text("time")
	return nil
}

// Inbox takes the events that one network pushes. An event that came before is
// acknowledged again and not handed on.
type Inbox struct {
	Swapped func(ctx context.Context, n subscriber.MSISDN, at time.Time) error
	Ended   func(reason string) // of a subscription; may be nil
	Now     func() time.Time

	mu    sync.Mutex
	seen  map[string]bool
	order []string // oldest first
}

// inboxMax is how many events are remembered. One that comes again later than
// that is handed on again, which changes nothing: its time is the same.
const inboxMax = 4096

// Receive takes one event. An *EventError is the sender's fault; with any
// other error the event was not taken and should be sent again.
func (b *Inbox) Receive(ctx context.Context, data []byte) error {
	e, err := ParseEvent(data, b.Now())
	if err != nil {
		return err
	}
	// Ids that a network gives twice must not hide a swap.
	key := strings.Join([]string{e.Source, e.ID, string(e.Number), e.stamp}, "\x00")
	if b.has(key) {
		return nil
	}
	switch e.Kind {
	case Swapped:
		err = b.Swapped(ctx, e.Number, e.At)
	case Ended:
		if b.Ended != nil {
			b.Ended(e.Reason)
		}
	}
	if err == nil {
		b.keep(key)
	}
	return err
}

func (b *Inbox) has(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen[key]
}

func (b *Inbox) keep(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen == nil {
		b.seen = map[string]bool{}
	}
	if b.seen[key] {
		return
	}
	if len(b.order) == inboxMax {
		delete(b.seen, b.order[0])
		b.order = b.order[1:]
	}
	b.seen[key] = true
	b.order = append(b.order, key)
}
