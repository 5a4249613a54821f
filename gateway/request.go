package gateway

import (
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// SendRequest is one decoded send, a code (POST /v1/otp/send) or a plain text
// (POST /v1/messages). Strings are the request's own: nothing in it borrows
// from the HTTP server's buffers. The struct is the caller's again when Send
// returns.
type SendRequest struct {
	Kind        store.Kind
	To          string // as the client wrote it
	Purpose     string // "" means login
	Code        string // "" means a generated one
	TTL         time.Duration
	Template    string
	Text        string // KindText only
	Locale      string
	Sender      string
	AccountID   string
	CallbackURL string
	Metadata    map[string]string
	Assurance   *Assurance
	Context     ClientContext

	RequestID   string
	TraceParent string
	// Idempotency is nil when the client sent no Idempotency-Key. Its
	// Response is filled by Render before the commit, so that the answer and
	// the message become durable together.
	Idempotency *store.Answer
	// Render turns the outcome, an *Accepted or an error, into the stored
	// HTTP answer. Only called when Idempotency is set.
	Render func(*Accepted, error) (status int, body []byte)
}

// Assurance is proof that the caller has taken after a step_up.
type Assurance struct {
	Factor     string
	VerifiedAt time.Time
}

// ClientContext is where the end user's request came from.
type ClientContext struct {
	IP        string
	DeviceID  string
	UserAgent string
	JA4       string
	ASN       uint32
	Device    *subscriber.Identity // what the tenant's app read from the handset
}

// Accepted is the answer to a send that is on disk.
type Accepted struct {
	ID        store.ID
	Kind      store.Kind
	To        subscriber.MSISDN
	Decision  fraud.Decision
	ExpiresAt time.Time
}

// CheckRequest is one typed code.
type CheckRequest struct {
	ID      store.ID
	Code    string
	Context ClientContext
}

// CheckResult is the answer to a check.
type CheckResult struct {
	Status       store.ChallengeStatus
	AttemptsLeft int
}

// View is all that is known of one message, the answer to GET.
type View struct {
	Message   *store.Message
	Delivery  *store.Delivery
	Challenge *store.Challenge // nil for plain text and a refused send
}

// ScoreResult is the answer to POST /v1/numbers/score.
type ScoreResult struct {
	To       subscriber.MSISDN
	Decision fraud.Decision
	Facts    []Fact
	Held     string   // frozen or locked: what a send would be answered whatever the decision, or ""
	Review   store.ID // that holds it
}

// Fact is one thing known of a number, with where it came from.
type Fact struct {
	Name     string
	Value    any // nil: asked and not answered
	Source   string
	Age      time.Duration // since it was looked up
	Latency  time.Duration // of that lookup
	Cached   bool
	Disputed bool   // another source says otherwise
	Error    string // why it did not come
}
