package pebblestore

import (
	"context"
	"errors"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// sweepMost bounds what one Expire looks at of the records that are not sorted
// by time: at once a minute, a million numbers are gone through in an hour and
// a half, at some 20 ms of work a minute.
const sweepMost = 12_000

// sweepBatch is how many of them are erased in one write.
const sweepBatch = 64

// sweeper remembers where the last Expire stopped.
type sweeper struct{ next []byte }

// outlived says whether a record of a class may go.
type outlived func(plain []byte) (bool, *store.Review, error)

func (s *Store) judges(now time.Time, keep store.Retention) map[byte]outlived {
	before := func(d time.Duration) (time.Time, bool) { return now.Add(-d), d > 0 }
	judges := map[byte]outlived{classAccount: func(plain []byte) (bool, *store.Review, error) {
		v, err := store.DecodeAccountState(plain)
		return err == nil && v.Outlived(), nil, err
	}}
	if at, ok := before(keep.Identities); ok {
		judges[classIdentity] = func(plain []byte) (bool, *store.Review, error) {
			v, err := store.DecodeIdentity(plain)
			return err == nil && v.Outlived(at), nil, err
		}
	}
	if at, ok := before(keep.Numbers); ok {
		judges[classNumber] = func(plain []byte) (bool, *store.Review, error) {
			v, err := store.DecodeNumberState(plain)
			return err == nil && v.Outlived(at), nil, err
		}
	}
	if at, ok := before(keep.Reviews); ok {
		judges[classReview] = func(plain []byte) (bool, *store.Review, error) {
			v, err := store.DecodeReview(plain)
			return err == nil && v.Outlived(at), v, err
		}
	}
	return judges
}

// sweptClasses in the order of their keys.
var sweptClasses = []byte{classIdentity, classNumber, classReview, classAccount}

// sweep looks at the next records behind those of the last call and erases
// what has outlived its retention. A record that is written meanwhile stays.
func (s *Store) sweep(ctx context.Context, now time.Time, keep store.Retention) (erased int, err error) {
	s.sweeping.Lock()
	defer s.sweeping.Unlock()
	judges := s.judges(now, keep)
	room := sweepMost
	for _, class := range sweptClasses {
		judge := judges[class]
		if judge == nil || s.sweeper.next != nil && s.sweeper.next[0] > class {
			continue
		}
		from := []byte{class}
		if s.sweeper.next != nil && s.sweeper.next[0] == class {
			from = s.sweeper.next
		}
		found, seen, next, err := s.outlived(ctx, from, room, judge)
		if err != nil {
			return erased, err
		}
		n, err := s.eraseAll(ctx, found)
		erased += n
		if err != nil {
			return erased, err
		}
		if room -= seen; next != nil {
			s.sweeper.next = next
			return erased, nil
		}
	}
	s.sweeper.next = nil // all were seen: from the beginning the next time
	return erased, nil
}

// victim is a record to erase, as it was read.
type victim struct {
	key    key
	rev    uint64
	review *store.Review // of a review, for its lists
}

// outlived reads at most room records of a class; next is where to go on, nil
// when that was all.
func (s *Store) outlived(ctx context.Context, from []byte, room int, judge outlived) (found []victim, seen int, next []byte, err error) {
	if err := s.use(); err != nil {
		return nil, 0, nil, err
	}
	defer s.leave()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: prefixEnd(from[:1])})
	if err != nil {
		return nil, 0, nil, readError(err)
	}
	defer func() {
		if e := it.Close(); e != nil && err == nil {
			err = readError(e)
		}
	}()
	var plain []byte
	for ok := it.First(); ok; ok = it.Next() {
		if seen == room {
			return found, seen, append([]byte(nil), it.Key()...), nil
		}
		if ctx.Err() != nil {
			return found, seen, nil, ctx.Err()
		}
		seen++
		k := keyOf(it.Key())
		rev, sealed := head(it.Value())
		if plain, err = s.cfg.Sealer.Open(plain[:0], sealed, k.bytes()); err != nil {
			return found, seen, nil, readError(err)
		}
		gone, review, err := judge(plain)
		if err != nil {
			return found, seen, nil, err
		}
		if gone {
			found = append(found, victim{k, rev, review})
		}
	}
	clear(plain)
	return found, seen, nil, nil
}

// eraseAll deletes records that nobody has changed since they were read.
func (s *Store) eraseAll(ctx context.Context, all []victim) (erased int, err error) {
	for len(all) > 0 {
		batch := all[:min(len(all), sweepBatch)]
		all = all[len(batch):]
		err := s.erase(ctx, batch)
		if err == nil {
			erased += len(batch)
			continue
		}
		if !errors.Is(err, store.ErrConflict) {
			return erased, err
		}
		for _, v := range batch { // one of them has been changed: which?
			switch err := s.erase(ctx, []victim{v}); {
			case err == nil:
				erased++
			case !errors.Is(err, store.ErrConflict):
				return erased, err
			}
		}
	}
	return erased, nil
}

func (s *Store) erase(ctx context.Context, batch []victim) error {
	p := newPending()
	p.sync = true
	for i := range batch {
		v := &batch[i]
		p.delete(v.key)
		p.checks = append(p.checks, check{at: place{key: v.key}, want: v.rev, from: -1})
		if v.review != nil {
			p.unlistReview(v.review)
		}
	}
	return s.commit(ctx, p)
}

// unlistReview takes a review out of every list it may stand in.
func (p *pending) unlistReview(v *store.Review) {
	for _, tenant := range [...]string{"", v.Tenant} {
		p.delete(reviewsKey(reviewsAll, tenant, v.ID))
		p.delete(reviewsKey(reviewsOpen, tenant, v.ID))
	}
}
