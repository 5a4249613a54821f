package pebblestore

import (
	"context"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// maxReviews is the longest list that Reviews returns.
const maxReviews = 1000

// listReview writes a review's entries in the four lists it may stand in.
func (p *pending) listReview(v *store.Review) {
	for _, tenant := range [...]string{"", v.Tenant} {
		p.mark(reviewsKey(reviewsAll, tenant, v.ID), 0)
		if open := reviewsKey(reviewsOpen, tenant, v.ID); v.Open() {
			p.mark(open, 0)
		} else {
			p.delete(open)
		}
	}
}

// Review reads a review.
func (s *Store) Review(_ context.Context, id store.ID) (*store.Review, error) {
	return readRecord(s, store.DecodeReview, idKey(classReview, id))
}

// Reviews lists reviews, newest first: those that are open, or all.
func (s *Store) Reviews(ctx context.Context, tenant string, open bool, after store.ID, limit int) ([]*store.Review, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	ids, err := s.listed(tenant, open, after, min(max(limit, 0), maxReviews))
	if err != nil {
		return nil, err
	}
	list := make([]*store.Review, 0, len(ids))
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v, err := s.Review(ctx, id)
		if err != nil {
			return nil, err
		}
		if v.Open() || !open { // it may have been resolved since it was listed
			list = append(list, v)
		}
	}
	return list, nil
}

// listed reads the ids of one page of a list.
func (s *Store) listed(tenant string, open bool, after store.ID, limit int) (ids []store.ID, err error) {
	if err := s.use(); err != nil {
		return nil, err
	}
	defer s.leave()
	state := byte(reviewsAll)
	if open {
		state = reviewsOpen
	}
	first := reviewsKey(state, tenant, store.ID{})
	last := reviewsKey(state, tenant, after)
	upper := last.bytes()
	if after.IsZero() {
		upper = listEnd(first)
	}
	iter, err := s.db.NewIter(&pebble.IterOptions{LowerBound: first.bytes(), UpperBound: upper})
	if err != nil {
		return nil, readError(err)
	}
	for ok := iter.Last(); ok && len(ids) < limit; ok = iter.Prev() {
		k := keyOf(iter.Key())
		ids = append(ids, k.id())
	}
	if err := iter.Close(); err != nil {
		return nil, readError(err)
	}
	return ids, nil
}

// listEnd is the last possible key of the list that first begins.
func listEnd(first key) []byte {
	for i := first.n - 16; i < first.n; i++ {
		first.b[i] = 0xff
	}
	return first.bytes()
}

// keyOf copies a key out of an iterator.
func keyOf(b []byte) (k key) {
	k.n = uint8(copy(k.b[:], b))
	return k
}
