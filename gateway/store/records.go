package store

import (
	"time"

	"tollgate/fraud"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Kind of a message.
type Kind uint8

const (
	KindOTP  Kind = 1 // carries a one-time code; has a Challenge of the same ID
	KindText Kind = 2
)

// Message is what was accepted: written once, never changed. The text is kept
// apart, in Content, because it is erased at the terminal state. A send that was
// refused by decision is kept as one too, among the Refused.
type Message struct {
	ID          ID
	Kind        Kind
	Tenant      string
	To          subscriber.MSISDN
	Region      string          // ISO 3166-1 alpha-2
	PLMN        subscriber.PLMN // destination network where known, else ""
	Purpose     string
	AccountID   string
	Sender      string
	Metadata    map[string]string
	CallbackURL string
	RequestID   string
	TraceParent string // W3C traceparent as received
	CreatedAt   time.Time
	ExpiresAt   time.Time // never submitted after it
	Decision    fraud.Decision
	Facts       []byte // that were decided on (fraud.DecodeFacts)
	Fence       Fence
}

// Fence is the identity that the decision saw; before submit_sm it is looked
// up again and compared.
type Fence struct {
	Asked   bool // an identity provider was configured
	Observe bool // policy observe: differences are recorded, nothing is stopped
	IMSI    subscriber.Hash
	ICCID   subscriber.Hash
	// SIMChange is when the SIM had last changed, where the network dates that.
	SIMChange hlr.LastChange
	By        string // the provider that told them; another one's answer is not compared
	SeenAt    time.Time
	Required  bool // one of the four purposes: always looked up, Unknown is refused
}

// SIM is what the fence compares.
func (f *Fence) SIM() hlr.SIM {
	return hlr.SIM{IMSI: f.IMSI, ICCID: f.ICCID, Change: f.SIMChange, SeenAt: f.SeenAt}
}

// Content is a message's text until it is sent.
type Content struct {
	ID   ID
	Text string
}

// Status is where a message stands on its way to the handset.
type Status uint8

// The delivery half of a message's life; from Delivered on they are terminal.
const (
	Accepted Status = iota + 1
	Queued
	Submitted
	Delivered
	Undelivered
	Expired
	Rejected
	Unknown
	Canceled
)

var statusNames = [...]string{"", "accepted", "queued", "submitted", "delivered", "undelivered", "expired", "rejected", "unknown", "canceled"}

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// Terminal says that nothing will change any more.
func (s Status) Terminal() bool { return s >= Delivered }

// Step is one line of a message's timeline.
type Step struct {
	Name    string // accepted, queued, routed, fenced, submitted, receipt, ...
	At      time.Time
	Carrier string
	Latency time.Duration // of this step; 0 when it has none
	Detail  string
}

// Delivery is a message's way to the handset. It has one owner, the
// dispatcher that holds the message, and is rewritten at each step.
type Delivery struct {
	ID         ID
	Status     Status
	Carrier    string   // of the latest attempt
	CarrierIDs []string // message_id of each part of the latest attempt
	Attempts   int
	// Throttled is how many of Attempts a carrier turned away for its rate, the message
	// waiting there for another one: they do not count against the bound on attempts.
	Throttled int
	// Got has a bit for each part of the latest attempt that was delivered; a
	// receipt is acknowledged, and so never repeated, once this is on disk.
	Got uint64
	// Sending is set while an attempt has no result: after a crash it is
	// repeated, marked as a repeat.
	Sending bool
	// Repeat is set once an attempt has ended without a response, or with some parts
	// accepted: a carrier may have the message, each further attempt is marked as a
	// repeat, and when none succeeds nobody knows the message's end.
	Repeat      bool
	SubmittedAt time.Time
	DoneAt      time.Time
	Reason      string // why, for rejected, undelivered and unknown
	Timeline    []Step
	// First is how many steps at the beginning of Timeline are those that the
	// message was accepted with, so that an engine need not write them again;
	// 0: nobody knows. Readers get the whole timeline, but in OpenMessage.
	First int
	// ExpiresAt repeats the message's own, so that an engine can order the
	// open messages by deadline without reading them.
	ExpiresAt time.Time
}

// ChallengeStatus is where the code's half of a message stands.
type ChallengeStatus uint8

const (
	ChallengePending ChallengeStatus = iota + 1
	ChallengeApproved
	ChallengeExpired
	ChallengeCanceled
)

var challengeNames = [...]string{"", "pending", "approved", "expired", "canceled"}

func (s ChallengeStatus) String() string {
	if int(s) < len(challengeNames) {
		return challengeNames[s]
	}
	return "expired"
}

// Challenge is one one-time code, of which only MAC is kept: what is sent is the
// message's Content.
type Challenge struct {
	ID         ID
	Rev        uint64
	Tenant     string
	To         subscriber.MSISDN
	Purpose    string
	AccountID  string
	Status     ChallengeStatus
	MAC        subscriber.Hash // keyed, of the code and the id
	Wrong      int             // wrong codes tried on this challenge
	CreatedAt  time.Time
	ExpiresAt  time.Time
	ApprovedAt time.Time
	IMSI       subscriber.Hash // network identity when sent; zero when not known
	Device     subscriber.Hash // the client's device when sent; zero when not told
	SendIP     subscriber.Hash
	Delivery   Status // not stored by engines; filled by readers that join the two
}

// NumberState is what a tenant and a number have been through together.
type NumberState struct {
	Tenant string
	To     subscriber.MSISDN
	Rev    uint64

	FirstSeen time.Time
	Wrong     []time.Time          // wrong codes of the last hour, oldest first
	Cooldown  map[string]time.Time // purpose -> no check (and after a wrong code no send) before
	// CooldownSend says for a purpose whether its cool-down stops sends too.
	CooldownSend map[string]bool

	Freeze *Hold // an identity change, until its review is resolved
	Lock   *Hold // more than five wrong codes in an hour
	// OpenReview is the latest review that a decision (not a hold) opened, so
	// that many sends open one.
	OpenReview ID

	Verified       int
	VerifiedAt     time.Time
	VerifiedIMSI   subscriber.Hash
	VerifiedDevice subscriber.Hash
	AcknowledgedAt time.Time // a review resolved: changes seen before it count no more
	// JudgedAt is when that review was opened. A change that the network dates
	// itself counts no more when it is dated before that: one between opening
	// and resolution was judged by nobody.
	JudgedAt time.Time

	OptedOut time.Time // when the handset answered STOP; zero: it did not, or has answered START since
	Senders  []string  // source addresses that can be answered and were used, digits only, newest last
}

// AccountState is what a tenant's account is held by, beside its numbers.
type AccountState struct {
	Tenant    string
	AccountID string
	Rev       uint64
	Freeze    *Hold // with the number that a review is about, until it is resolved
}

// Hold stops every send and check of a number, or of an account, for a tenant.
type Hold struct {
	Review   ID
	At       time.Time
	Decision fraud.Decision // repeated in every 423
}

// Identity is the identity of record of a number: what the network's sources
// tell, each apart, or what a tenant claims.
type Identity struct {
	Source string // "network" or "tenant:ID"
	To     subscriber.MSISDN
	Rev    uint64
	hlr.Record
}

// ReviewKind is why a review was opened.
type ReviewKind string

const (
	ReviewFreeze   ReviewKind = "freeze"
	ReviewLock     ReviewKind = "lock"
	ReviewDecision ReviewKind = "decision" // the policy said review
)

// Review is a question to a person.
type Review struct {
	ID         ID
	Rev        uint64
	Tenant     string
	To         subscriber.MSISDN
	AccountID  string
	Purpose    string
	Kind       ReviewKind
	Decision   fraud.Decision
	Facts      []byte // that were decided on, as in Message; none for a lock
	OpenedAt   time.Time
	ResolvedAt time.Time // zero while open
	Resolution string    // confirm_new_sim, fraud, false_alarm
	Note       string
	By         string // who resolved: "tenant" or "ops"
}

// Open says that nobody has resolved the review yet.
func (r *Review) Open() bool { return r.ResolvedAt.IsZero() }

// Answer is a stored HTTP answer, replayed for a repeated Idempotency-Key.
type Answer struct {
	Tenant   string
	Key      string
	Body     [32]byte // SHA-256 of method, path and request body
	Status   int
	Response []byte
	At       time.Time // kept 24 h from here
}
