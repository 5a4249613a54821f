package hlr

import (
	"context"
	"errors"
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
)

// FieldIdentity is what tells one SIM from another.
const FieldIdentity = FieldIMSI | FieldICCID

// Subscriber is one provider's answer about one number. A zero field was not
// told; the *bool of a three-valued fact is nil then.
type Subscriber struct {
	subscriber.Identity
	Ported         *bool     // moved from the network that the numbering plan gives it to
	PortedAt       time.Time // zero: never, or at a time that is not told
	RecycledAt     time.Time // given to another person
	LineType       string    // the words of fraud.LineType
	Home           subscriber.PLMN
	Roaming        *bool
	Reachable      *bool
	CallForwarding *bool
	Absent         bool // the network does not know the number
}

// ErrAbsent is a provider's answer "no such subscriber". For a number that was
// known before, that is a SIM swap in flight and not a failure.
var ErrAbsent = errors.New("no such subscriber")

// Provider is one source of subscriber facts. Lookup must keep to its context
// and may be called by many goroutines at once.
type Provider interface {
	Name() string
	Fields() Field // all it could answer
	Lookup(ctx context.Context, n subscriber.MSISDN) (Subscriber, error)
}

// Source says where a group of facts came from.
type Source struct {
	Provider string
	Fields   Field // what it told
	Age      time.Duration
	Latency  time.Duration
	Cached   bool
	Err      error // nil, a time-out, a failure; ErrAbsent stands in Answer.Absent
}

// Answer is all that was gathered about a number within the budget.
type Answer struct {
	Subscriber
	Asked      Field // facts that some configured provider could answer
	Known      Field // facts that came
	IdentityAt time.Time
	Sources    []Source
}
