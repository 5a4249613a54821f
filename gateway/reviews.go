package gateway

import (
	"context"
	"errors"

	"tollgate/gateway/account"
	"tollgate/gateway/facts"
	"tollgate/gateway/store"
)

// Reviews lists a tenant's reviews, newest first.
func (s *Service) Reviews(ctx context.Context, t *Tenant, open bool, after store.ID, limit int) ([]*store.Review, error) {
	return s.Store.Reviews(ctx, t.ID, open, after, limit)
}

// Review is one of the tenant's reviews.
func (s *Service) Review(ctx context.Context, t *Tenant, id store.ID) (*store.Review, error) {
	r, err := s.Store.Review(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Tenant != t.ID {
		return nil, notFound()
	}
	return r, err
}

// Resolve answers a review. Confirming the new SIM or a false alarm lifts the
// hold; fraud keeps it.
func (s *Service) Resolve(ctx context.Context, t *Tenant, id store.ID, resolution, note string) (*store.Review, error) {
	var resolved *store.Review
	err := retry(ctx, func() error {
		r, err := s.Review(ctx, t, id)
		if err != nil {
			return err
		}
		ns, err := s.numberState(ctx, t, r.To)
		if err != nil {
			return err
		}
		as, err := s.accountState(ctx, t, r.AccountID)
		if err != nil {
			return err
		}
		record, err := s.identity(ctx, facts.NetworkSource, r.To)
		if err != nil {
			return err
		}
		var held *store.Hold
		if as != nil {
			held = as.Freeze
		}
		err = account.Resolve(r, ns, as, record, account.Resolution{As: resolution, Note: note, By: "tenant", At: s.Now()})
		if err != nil {
			return resolveError(err)
		}
		r.Rev++
		ns.Rev++
		resolved = r
		tx := &store.Tx{Reviews: []*store.Review{r}, Numbers: []*store.NumberState{ns}}
		if as != nil && as.Freeze != held {
			as.Rev++
			tx.Accounts = append(tx.Accounts, as)
		}
		return s.commit(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	s.reviewEvent(t, "review.resolved", resolved)
	s.recordResolution(resolved)
	if resolved.Kind == store.ReviewDecision { // a freeze says nothing of the range
		s.judged(resolved.ResolvedAt, t.ID, store.ID{}, resolved.To, resolved.Resolution != "fraud")
	}
	return resolved, nil
}

func resolveError(err error) error {
	var unknown *account.ResolutionError
	switch {
	case errors.Is(err, account.ErrResolved):
		return refuse(CodeAlreadyResolved, "%v", err)
	case errors.As(err, &unknown):
		return &Refusal{Code: CodeInvalidRequest, Field: "resolution", Detail: err.Error()}
	case errors.Is(err, account.ErrNote):
		return &Refusal{Code: CodeInvalidRequest, Field: "note", Detail: err.Error()}
	}
	return err
}
