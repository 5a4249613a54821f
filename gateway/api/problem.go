package api

import (
	"context"
	"errors"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// Codes that only HTTP knows.
const (
	codeUnauthorized    gateway.Code = "unauthorized"
	codeMethod          gateway.Code = "method_not_allowed"
	codeTooLarge        gateway.Code = "body_too_large"
	codeHeadersTooLarge gateway.Code = "headers_too_large"
	codeMediaType       gateway.Code = "unsupported_media_type"
	codeRequestTimeout  gateway.Code = "request_timeout"
	codeInternal        gateway.Code = "internal"
)

// meaning is what a code says over HTTP.
type meaning struct {
	status int
	title  string
	// retry says that the same request may succeed later: Retry-After stands
	// in the answer, with at least this when the refusal names no time.
	retry time.Duration
}

// meanings is the one place where an error becomes a status.
var meanings = map[gateway.Code]meaning{
	gateway.CodeInvalidRequest:     {status: 400, title: "The request is malformed or asks for the impossible"},
	gateway.CodeUnknownTemplate:    {status: 422, title: "The template does not exist"},
	gateway.CodeTextTooLong:        {status: 422, title: "The text is too long"},
	gateway.CodeTextNotEncodable:   {status: 422, title: "The text cannot be encoded"},
	gateway.CodeInvalidNumber:      {status: 422, title: "The number cannot receive messages"},
	gateway.CodeUnsupportedRegion:  {status: 422, title: "The region is not served"},
	gateway.CodeUnsupportedCarrier: {status: 422, title: "The carrier is not a partner"},
	gateway.CodeBlocked:            {status: 403, title: "Refused by the fraud policy"},
	gateway.CodeStepUp:             {status: 403, title: "More proof is needed first"},
	gateway.CodeReview:             {status: 403, title: "A person must review this first"},
	gateway.CodeOptedOut:           {status: 403, title: "The recipient wants no texts"},
	gateway.CodeFrozen:             {status: 423, title: "The number is frozen after an identity change"},
	gateway.CodeLocked:             {status: 423, title: "The number is locked after too many wrong codes"},
	gateway.CodeCooldown:           {status: 429, title: "Wait before the next attempt", retry: time.Second},
	gateway.CodeRateLimited:        {status: 429, title: "Too many requests", retry: time.Second},
	gateway.CodeAlreadyUsed:        {status: 409, title: "The code was used before"},
	gateway.CodeNotFound:           {status: 404, title: "Not found"},
	gateway.CodeNotCancelable:      {status: 409, title: "It is too late to cancel"},
	gateway.CodeAlreadyResolved:    {status: 409, title: "The review is resolved already"},
	gateway.CodeInFlight:           {status: 409, title: "The same request is being answered", retry: time.Second},
	gateway.CodeKeyReused:          {status: 422, title: "The idempotency key was used for another request"},
	gateway.CodeOverloaded:         {status: 503, title: "Not accepted, try again", retry: time.Second},
	gateway.CodeTimeout:            {status: 503, title: "Not answered in time", retry: time.Second},

	codeUnauthorized:    {status: 401, title: "A valid API key is needed"},
	codeMethod:          {status: 405, title: "The method is not allowed here"},
	codeTooLarge:        {status: 413, title: "The body is too large"},
	codeHeadersTooLarge: {status: 431, title: "The header is too large"},
	codeMediaType:       {status: 415, title: "The body is of a type that is not read here"},
	codeRequestTimeout:  {status: 408, title: "The request did not arrive in time"},
	codeInternal:        {status: 500, title: "Internal error"},
}

// classify turns any error into a refusal. known is false for one that the
// client cannot do anything about, whose words are for the log alone.
func classify(err error) (r *gateway.Refusal, known bool) {
	if errors.As(err, &r) {
		if _, known = meanings[r.Code]; known {
			return r, true
		}
		return internal, false
	}
	for _, c := range sentinels {
		if errors.Is(err, c.err) {
			return c.refusal, true
		}
	}
	return internal, false
}

var internal = &gateway.Refusal{
	Code:   codeInternal,
	Detail: "something failed on our side; the request_id finds it in our logs",
}

// sentinels are the errors of the store and of time that have a meaning for
// the client. Their refusals are shared and never written to.
var sentinels = []struct {
	err     error
	refusal *gateway.Refusal
}{
	{store.ErrFull, &gateway.Refusal{Code: gateway.CodeOverloaded, RetryAfter: 30 * time.Second,
		Detail: "storage is nearly full; nothing was accepted"}},
	{store.ErrFailed, &gateway.Refusal{Code: gateway.CodeOverloaded, RetryAfter: 5 * time.Second,
		Detail: "storage is recovering; repeat with the same Idempotency-Key"}},
	{store.ErrClosed, &gateway.Refusal{Code: gateway.CodeOverloaded, RetryAfter: 5 * time.Second,
		Detail: "this node is shutting down; nothing was accepted"}},
	{store.ErrInFlight, &gateway.Refusal{Code: gateway.CodeInFlight,
		Detail: "a request with this Idempotency-Key is being answered; repeat it later"}},
	{store.ErrKeyReused, &gateway.Refusal{Code: gateway.CodeKeyReused,
		Detail: "this Idempotency-Key was used with another body; take a new one for each request"}},
	{store.ErrNotFound, &gateway.Refusal{Code: gateway.CodeNotFound, Detail: "nothing has this id"}},
	{store.ErrConflict, &gateway.Refusal{Code: gateway.CodeOverloaded,
		Detail: "another request for this number is being worked on; repeat it"}},
	{context.DeadlineExceeded, &gateway.Refusal{Code: gateway.CodeTimeout,
		Detail: "the request may or may not have been carried out; repeat it with the same Idempotency-Key"}},
	{context.Canceled, &gateway.Refusal{Code: gateway.CodeTimeout, RetryAfter: 5 * time.Second,
		Detail: "this node is shutting down; repeat the request with the same Idempotency-Key"}},
}

// retryAfter is the whole seconds, rounded up, after which to try again; 0
// when trying again does not help.
func retryAfter(m meaning, r *gateway.Refusal) int64 {
	if m.retry == 0 {
		return 0
	}
	wait := max(r.RetryAfter, m.retry)
	return int64((wait + time.Second - 1) / time.Second)
}

// appendProblem writes the RFC 9457 document of a refusal.
func appendProblem(b []byte, r *gateway.Refusal, requestID string) []byte {
	m := meanings[r.Code]
	b = append(b, `{"type":"urn:tollgate:problem:`...)
	b = append(append(b, r.Code...), '"')
	b = appendMember(b, "title", m.title)
	b = append(b, `,"status":`...)
	b = appendInt(b, int64(m.status))
	if r.Detail != "" {
		b = appendMember(b, "detail", r.Detail)
	}
	b = appendMember(b, "code", string(r.Code))
	b = appendMember(b, "request_id", requestID)
	if r.Field != "" {
		b = appendMember(b, "field", r.Field)
	}
	if r.Decision != nil {
		b = appendDecision(append(b, ','), r.Decision)
	}
	if !r.Review.IsZero() {
		b = appendMember(b, "review_id", prefixReview+r.Review.String())
	}
	if !r.Send.IsZero() {
		b = appendMember(b, "send_id", prefixOf(r.SendKind)+r.Send.String())
	}
	if s := retryAfter(m, r); s > 0 {
		b = appendInt(append(b, `,"retry_after_s":`...), s)
	}
	return append(b, '}')
}
