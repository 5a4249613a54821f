// Package api is HTTP v1 over fasthttp: it finds the tenant behind a key,
// turns strict JSON into the gateway's own requests, and is the one place
// where an error becomes a status (problem.go).
//
// A request goes the same way whatever it asks for: route, key, method, media
// type, size, then its handler. A path that no route knows is 404 with or
// without a key; on every other path a missing or wrong key is 401 before
// anything else is looked at. Bodies are read by a strict reader of our own
// (reader.go): unknown and repeated fields, wrong types and trailing data are
// refused with the field's name and its line and column, which encoding/json
// cannot do. Only shapes are judged here; whether a number exists or a sender
// may be used is the service's affair.
//
// Every request has a deadline. One that passes is answered 503 "timeout";
// what it asked for may still have happened, so a send is repeated under the
// same Idempotency-Key. Nothing of a fasthttp.RequestCtx outlives its
// handler: every string that reaches the service is a copy.
package api

import (
	"context"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// Service is what the API needs of the gateway. Its errors are
// *gateway.Refusal and *gateway.Replay, the store's, and the context's; any
// other is answered with 500 and told to nobody but the log.
type Service interface {
	Send(ctx context.Context, t *gateway.Tenant, r *gateway.SendRequest) (*gateway.Accepted, error)
	SendMany(ctx context.Context, t *gateway.Tenant, list []*gateway.SendRequest) []gateway.Sent
	Check(ctx context.Context, t *gateway.Tenant, r *gateway.CheckRequest) (*gateway.CheckResult, error)
	View(ctx context.Context, t *gateway.Tenant, id store.ID, kind store.Kind) (*gateway.View, error)
	Cancel(ctx context.Context, t *gateway.Tenant, id store.ID) (*gateway.View, error)
	Score(ctx context.Context, t *gateway.Tenant, r *gateway.SendRequest) (*gateway.ScoreResult, error)
	Reviews(ctx context.Context, t *gateway.Tenant, open bool, after store.ID, limit int) ([]*store.Review, error)
	Review(ctx context.Context, t *gateway.Tenant, id store.ID) (*store.Review, error)
	Feedback(ctx context.Context, t *gateway.Tenant, r *gateway.FeedbackRequest) error
	Resolve(ctx context.Context, t *gateway.Tenant, id store.ID, resolution, note string) (*store.Review, error)
}
