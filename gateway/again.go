package gateway

import (
	"context"
	"errors"
	"reflect"

	"tollgate/fraud"
	"tollgate/gateway/store"
)

// Again is a stored decision, and the same facts decided once more.
type Again struct {
	Tenant  string
	Stored  fraud.Decision
	Facts   *fraud.Facts
	Decided *fraud.Decision // nil when the policy of that version is not at hand
	Same    bool            // bit for bit
}

// ErrNoFacts is what DecideAgain answers for a decision that was stored without
// its facts: a lock, or one of an older version.
var ErrNoFacts = errors.New("no facts were kept with this decision")

// DecideAgain decides once more on the facts kept with a message, with a send
// that was refused, or with a review. policy finds a policy by its version, name and content; nil when there is
// none. A decision made for a lock repeats the message's.
func (s *Service) DecideAgain(ctx context.Context, id store.ID, review bool, policy func(version string) *fraud.Policy) (*Again, error) {
	var a Again
	var kept []byte
	if review {
		r, err := s.Store.Review(ctx, id)
		if err != nil {
			return nil, err
		}
		a.Tenant, a.Stored, kept = r.Tenant, r.Decision, r.Facts
	} else {
		m, err := s.Store.Message(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			m, err = s.Store.Refused(ctx, id)
		}
		if err != nil {
			return nil, err
		}
		a.Tenant, a.Stored, kept = m.Tenant, m.Decision, m.Facts
	}
	if len(kept) == 0 {
		return nil, ErrNoFacts
	}
	var err error
	if a.Facts, err = fraud.DecodeFacts(kept); err != nil {
		return nil, err
	}
	if p := policy(a.Stored.Policy); p != nil {
		d := p.Decide(a.Facts)
		a.Decided, a.Same = &d, sameDecision(&d, &a.Stored)
	}
	return &a, nil
}

// sameDecision compares bit for bit. No reasons are stored as none.
func sameDecision(a, b *fraud.Decision) bool {
	x, y := *a, *b
	if len(x.Reasons) == 0 {
		x.Reasons = nil
	}
	if len(y.Reasons) == 0 {
		y.Reasons = nil
	}
	return reflect.DeepEqual(x, y)
}
