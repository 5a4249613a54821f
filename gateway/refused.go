package gateway

import (
	"context"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"tollgate/fraud"
	"tollgate/gateway/store"
)

// A send that was refused by decision is kept with that decision and its facts,
// so that it can be looked at and made again. Nobody waits for the disk, and a
// crash loses the last 20 ms of them.
//
// Whoever attacks is refused, so what is kept is bounded twice: a second's worth
// by what the disk may be troubled with, a day's by what it may be filled with.
// What is beyond that is counted, and told to the caller and the recorder alone.
// A record takes some 370 to 500 octets, so that 24 hours of attack leave about
// 1 GB, and seven days, the longest retention, 4 GB. A restart begins anew.
const (
	refusedPerSecond = 500
	refusedPerDay    = 1_000_000 // and as many at once when it was quiet before
)

// refusedBudget says how many refused sends may still be kept.
type refusedBudget struct{ second, day *rate.Limiter }

func newRefusedBudget() *refusedBudget {
	return &refusedBudget{
		second: rate.NewLimiter(refusedPerSecond, refusedPerSecond),
		day:    rate.NewLimiter(rate.Limit(refusedPerDay)/(24*60*60), refusedPerDay),
	}
}

func (b *refusedBudget) take(now time.Time) bool {
	return b.second.AllowN(now, 1) && b.day.AllowN(now, 1)
}

// keepRefused keeps a refused send. Neither its code nor its text is in it, and
// the store seals it whole, as it does a message.
func (s *Service) keepRefused(q *sending, d *fraud.Decision) {
	if !s.budget.take(s.Now()) {
		s.Metrics.unkept.Inc()
		return
	}
	m := &store.Message{
		ID: q.draft.id, Kind: q.r.Kind, Tenant: q.t.ID, To: q.number.MSISDN, Region: q.number.Region, Purpose: q.r.Purpose,
		AccountID: q.r.AccountID, RequestID: q.r.RequestID, TraceParent: q.r.TraceParent,
		CreatedAt: q.began, ExpiresAt: q.draft.expires, Decision: *d, Facts: q.kept,
	}
	if err := s.Store.Write(&store.Tx{Refused: []*store.Message{m}}); err != nil {
		s.Metrics.unkept.Inc()
		s.Log.Error("keeping a refused send", "error", err)
	}
}

// refusedSend finds a refused send of the tenant.
func (s *Service) refusedSend(ctx context.Context, t *Tenant, id store.ID, kind store.Kind) (*store.Message, error) {
	m, err := s.Store.Refused(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (m.Tenant != t.ID || m.Kind != kind) {
		return nil, notFound()
	}
	return m, err
}

// viewRefused is all that is known of a refused send: it has come nowhere.
func (s *Service) viewRefused(ctx context.Context, t *Tenant, id store.ID, kind store.Kind) (*View, error) {
	m, err := s.refusedSend(ctx, t, id, kind)
	if err != nil {
		return nil, err
	}
	return &View{Message: m, Delivery: &store.Delivery{
		ID: id, Status: store.Rejected, Reason: string(refusalCode(&m.Decision)), DoneAt: m.CreatedAt, ExpiresAt: m.ExpiresAt,
		Timeline: []store.Step{{Name: "refused", At: m.CreatedAt}},
	}}, nil
}

// refusalCode is what a send that was refused by this decision is answered.
func refusalCode(d *fraud.Decision) Code {
	switch {
	case d.Freeze:
		return CodeFrozen
	case d.Kind == fraud.Review:
		return CodeReview
	case d.Refusal != "":
		return Code(d.Refusal)
	case d.Kind == fraud.StepUp:
		return CodeStepUp
	}
	return CodeBlocked
}
