package gateway

import (
	"fmt"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
)

// Code is the stable name of a refusal, the `code` of a problem document. It
// is a closed set; gateway/api alone gives each its HTTP status.
type Code string

// Every refusal there is.
const (
	CodeInvalidRequest     Code = "invalid_request" // malformed or impossible values
	CodeInvalidNumber      Code = "invalid_number"
	CodeUnsupportedRegion  Code = "unsupported_region"
	CodeUnsupportedCarrier Code = "unsupported_carrier"
	CodeUnknownTemplate    Code = "unknown_template"
	CodeTextTooLong        Code = "text_too_long"
	CodeTextNotEncodable   Code = "text_not_encodable"
	CodeBlocked            Code = "blocked"
	CodeStepUp             Code = "step_up_required"
	CodeReview             Code = "review_required"
	CodeOptedOut           Code = "opted_out" // the recipient answered STOP
	CodeFrozen             Code = "frozen"
	CodeLocked             Code = "locked"
	CodeCooldown           Code = "cooldown"
	CodeRateLimited        Code = "rate_limited"
	CodeAlreadyUsed        Code = "already_used"
	CodeNotFound           Code = "not_found"
	CodeNotCancelable      Code = "not_cancelable"
	CodeAlreadyResolved    Code = "already_resolved"
	CodeInFlight           Code = "idempotency_in_flight"
	CodeKeyReused          Code = "idempotency_key_reused"
	CodeOverloaded         Code = "overloaded"
	CodeTimeout            Code = "timeout"
)

// Refusal is an error that the caller is told about.
type Refusal struct {
	Code     Code
	Detail   string          // what to do about it, for the caller's developer
	Field    string          // JSON name of the offending field, if one is
	Decision *fraud.Decision // for the decisions of the policy, freeze and lock
	Review   store.ID
	// Send is the id of the send that was decided, under which it is kept and
	// the decision can be appealed against; zero where nothing was decided anew.
	Send       store.ID
	SendKind   store.Kind
	RetryAfter time.Duration
}

func (r *Refusal) Error() string {
	if r.Field != "" {
		return fmt.Sprintf("%s: %s: %s", r.Code, r.Field, r.Detail)
	}
	return fmt.Sprintf("%s: %s", r.Code, r.Detail)
}

// refuse makes a Refusal with a formatted detail.
func refuse(c Code, format string, args ...any) *Refusal {
	return &Refusal{Code: c, Detail: fmt.Sprintf(format, args...)}
}

// Replay is the stored answer to a request that was already answered under
// the same Idempotency-Key. Send returns it as its error; the api writes it
// out as it was, and says that it is a repeat.
type Replay struct {
	Status int
	Body   []byte
}

func (r *Replay) Error() string {
	return fmt.Sprintf("answered before under this idempotency key, with %d", r.Status)
}
