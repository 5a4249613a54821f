package gateway

import (
	"context"
	"errors"
	"sync"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// FeedbackRequest is a tenant's word on a decision: what became of it in his
// own hands, or an appeal of a user who was refused.
type FeedbackRequest struct {
	ID     store.ID
	Kind   store.Kind // of the message; 0 where ID names a review
	Honest bool
	Note   string
}

// Feedback takes a tenant's word on one of his sends, accepted or refused, or
// on all that a review stands for. It changes no message and lifts no hold: it
// is counted, takes a repetition off the number's range where the send was
// honest, and becomes a label of the recording.
func (s *Service) Feedback(ctx context.Context, t *Tenant, r *FeedbackRequest) error {
	to, kind, err := s.feedbackOn(ctx, t, r)
	if err != nil {
		return err
	}
	label, id := "fraud", reviewPrefix+r.ID.String()
	if r.Honest {
		label = "legit"
	}
	var send store.ID
	if r.Kind != 0 {
		id, send = prefixes[r.Kind]+r.ID.String(), r.ID
	}
	now := s.Now()
	s.Metrics.feedback.WithLabelValues(label, string(kind)).Inc()
	s.judged(now, t.ID, send, to, r.Honest)
	s.recordLabel(id, label+":feedback", r.Note, now)
	return nil
}

// feedbackOn finds what is spoken of: the number, and what was decided.
func (s *Service) feedbackOn(ctx context.Context, t *Tenant, r *FeedbackRequest) (subscriber.MSISDN, fraud.Kind, error) {
	if r.Kind == 0 {
		review, err := s.Review(ctx, t, r.ID)
		if err != nil {
			return "", "", err
		}
		return review.To, review.Decision.Shown(), nil
	}
	m, err := s.Store.Message(ctx, r.ID)
	switch {
	case err == nil && m.Tenant == t.ID && m.Kind == r.Kind:
		return m.To, m.Decision.Shown(), nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return "", "", err
	}
	if x, ok := s.refused.find(r.ID); ok && x.tenant == t.ID {
		return x.to, x.kind, nil
	}
	x, err := s.refusedSend(ctx, t, r.ID, r.Kind)
	if err != nil {
		return "", "", err
	}
	return x.To, x.Decision.Shown(), nil
}

// refusals remembers the latest sends that were refused by decision, so that
// those can be appealed against for which there was no room in the store. It
// lives in memory: a restart forgets them.
type refusals struct {
	mu   sync.Mutex
	byID map[store.ID]refusedSend
	ring []store.ID
	next int
}

type refusedSend struct {
	tenant string
	to     subscriber.MSISDN
	kind   fraud.Kind
}

// maxRefusals bounds them, at some 150 octets each; the oldest make room.
const maxRefusals = 1 << 16

func newRefusals() *refusals { return &refusals{byID: map[store.ID]refusedSend{}} }

func (x *refusals) add(id store.ID, r refusedSend) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.ring) < maxRefusals {
		x.ring = append(x.ring, id)
	} else {
		delete(x.byID, x.ring[x.next])
		x.ring[x.next] = id
		x.next = (x.next + 1) % maxRefusals
	}
	x.byID[id] = r
}

func (x *refusals) find(id store.ID) (refusedSend, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r, ok := x.byID[id]
	return r, ok
}

// appealable gives a refusal the id of the send, by which it can be looked up and
// appealed against, and keeps it under that.
func (s *Service) appealable(q *sending, err error, d *fraud.Decision) {
	var r *Refusal
	if q.draft.id.IsZero() || !errors.As(err, &r) || r.Decision == nil {
		return
	}
	r.Send, r.SendKind = q.draft.id, q.r.Kind
	s.keepRefused(q, d)
	s.refused.add(q.draft.id, refusedSend{q.t.ID, q.number.MSISDN, d.Shown()})
	if !r.Review.IsZero() {
		s.recordReview(q, r.Review)
	}
}
