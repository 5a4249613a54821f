package hlr

import (
	"context"
	"time"

	"tollgate/hlr/subscriber"
)

// Field is a set of facts about a subscriber, one bit a fact.
type Field uint32

// The facts that a provider may answer.
const (
	FieldIMSI Field = 1 << iota
	FieldICCID
	FieldIMEI
	FieldLocation // LAC and CID
	FieldVLR
	FieldNetwork // the PLMN that serves the number now
	FieldPorted
	FieldRoaming
	FieldReachable
	FieldLineType
	FieldCallForwarding
	FieldRecycled
	FieldHome         // the PLMN that issued the SIM
	FieldSIMChange    // when the SIM last changed, as the network dates it
	FieldDeviceChange // when the handset last changed
)

// FieldIdentity is what tells one SIM from another.
const FieldIdentity = FieldIMSI | FieldICCID | FieldSIMChange

// Subscriber is one provider's answer about one number. A zero field was not
// told; the *bool of a three-valued fact is nil then.
type Subscriber struct {
	subscriber.Identity
	Ported         *bool     // moved from the network that the numbering plan gives it to
	PortedAt       time.Time // zero: never, or at a time that is not told
	RecycledAt     time.Time // given to another person
	SIMChange      LastChange
	DeviceChange   LastChange
	LineType       string // the words of fraud.LineType
	Home           subscriber.PLMN
	Roaming        *bool
	Reachable      *bool
	CallForwarding *bool
	Absent         bool // the network does not know the number
	// Told names the facts that were told although their value above is
	// zero, as in "never recycled". The others speak for themselves.
	Told Field
}

// Provider is one source of subscriber facts. Lookup must keep to its context
// and may be called by many goroutines at once; its errors are logged, so they
// name no number and no identity. What it returns is not changed afterwards.
type Provider interface {
	Name() string
	Fields() Field // all it could answer
	Lookup(ctx context.Context, n subscriber.MSISDN) (Subscriber, error)
}

// Local is a provider that answers from this process's memory. It is asked
// each time and never cached, so that a change shows at once.
type Local interface {
	Provider
	Local() bool
}

// Noter is a provider that answers, but with something that its operator
// should look at. Note is one line without a number or an identity, and ""
// while all is well; health checks call it.
type Noter interface{ Note() string }

// Warmer is a provider that must get ready, such as by fetching a token, before
// its first lookup. Warm waits for that within the context's time.
type Warmer interface {
	Warm(ctx context.Context) error
}

// Source says where a group of facts came from. Sources stand in the order of
// priority: the first that told a fact is the one that Answer took it from.
type Source struct {
	Provider string
	Asked    Field         // what it could have told of what was needed
	Fields   Field         // what it told
	Conflict Field         // what it told otherwise than the source that won
	Age      time.Duration // since its lookup began
	Latency  time.Duration
	Cached   bool
	Err      error // nil, a time-out, a failure; ErrAbsent stands in Answer.Absent

	told *result // where the facts came from, nil when it told none
}

// Answer is all that was gathered about a number within the budget. A fact in
// Asked and not in Known is unknown, never clean. An absent subscriber has
// FieldIMSI in Known, Absent set and no IMSI.
type Answer struct {
	Subscriber
	Asked        Field     // facts that some configured provider could answer
	Known        Field     // facts that came
	IdentityBy   string    // the source that told IMSI, ICCID or their absence
	IdentityAt   time.Time // when the lookup that told the identity began
	IdentityDone time.Time // when it had been answered
	Sources      []Source
	// Pushed is a change of the SIM that a network told of by itself within
	// the last hour. SIMChange heeds it, also where it is not Known.
	Pushed Push
}
