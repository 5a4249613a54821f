package pebblestore

import (
	"context"
	"errors"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// Erase deletes what is kept of a number. It reads every message and every refused
// send whose ID is of the number's shard, one in 256, which takes seconds where
// there are many.
func (s *Store) Erase(ctx context.Context, n subscriber.MSISDN, tenants []string) (erased, open int, err error) {
	if err := s.settle(ctx); err != nil {
		return 0, 0, err
	}
	messages, open, err := s.messagesOf(ctx, n)
	if err != nil {
		return 0, 0, err
	}
	if err := s.eraseIDs(ctx, messages, classMessage, classDelivery, classChallenge); err != nil {
		return 0, open, err
	}
	erased = len(messages)
	refused, err := s.refusedOf(ctx, n)
	if err != nil {
		return erased, open, err
	}
	if err := s.eraseIDs(ctx, refused, classRefused); err != nil {
		return erased, open, err
	}
	erased += len(refused)
	records, err := s.recordsOf(ctx, n, tenants)
	if err != nil {
		return erased, open, err
	}
	more, err := s.eraseAll(ctx, records)
	return erased + more, open, err
}

// recordsOf finds the identities, states and reviews of a number.
func (s *Store) recordsOf(ctx context.Context, n subscriber.MSISDN, tenants []string) (found []victim, err error) {
	keys := s.everyKey(classIdentity, "identity", "network", string(n))
	for _, t := range tenants {
		keys = append(keys, s.everyKey(classIdentity, "identity", "tenant:"+t, string(n))...)
		keys = append(keys, s.everyKey(classNumber, "number", t, string(n))...)
	}
	b := scratches.Get().(*scratch)
	defer b.release()
	for i := range keys {
		rev, _, err := s.lookup(b, &keys[i])
		switch {
		case err == nil:
			found = append(found, victim{key: keys[i], rev: rev})
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
	}
	for after := (store.ID{}); ; {
		ids, err := s.listed("", false, after, maxReviews)
		if err != nil || len(ids) == 0 {
			return found, err
		}
		for _, id := range ids {
			r, err := s.Review(ctx, id)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
			if err == nil && r.To == n {
				found = append(found, victim{idKey(classReview, id), r.Rev, r})
			}
		}
		after = ids[len(ids)-1]
	}
}

// messagesOf lists the finished messages of a number and counts the open ones.
func (s *Store) messagesOf(ctx context.Context, n subscriber.MSISDN) (done []store.ID, open int, err error) {
	candidates, err := s.shardOf(ctx, classMessage, n)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range candidates {
		m, err := s.Message(ctx, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && m.To != n {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		d, err := s.Delivery(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, 0, err
		}
		if d != nil && !d.Status.Terminal() {
			open++
			continue
		}
		done = append(done, id)
	}
	return done, open, nil
}

// refusedOf lists the refused sends to a number.
func (s *Store) refusedOf(ctx context.Context, n subscriber.MSISDN) (found []store.ID, err error) {
	candidates, err := s.shardOf(ctx, classRefused, n)
	if err != nil {
		return nil, err
	}
	for _, id := range candidates {
		m, err := s.Refused(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil && m.To == n {
			found = append(found, id)
		}
	}
	return found, nil
}

// shardOf lists the IDs of a class that are of the number's shard.
func (s *Store) shardOf(ctx context.Context, class byte, n subscriber.MSISDN) (ids []store.ID, err error) {
	shard := store.Shard(n)
	err = s.scan(ctx, []byte{class}, prefixEnd([]byte{class}), func(k, _ []byte) {
		key := keyOf(k)
		if id := key.id(); id[6] == shard {
			ids = append(ids, id)
		}
	})
	return ids, err
}

// eraseIDs deletes the records of some classes: finished messages with all that
// belongs to them, or refused sends. Challenges are deleted whatever their
// revision: what a check writes to one meanwhile is of nothing any more.
func (s *Store) eraseIDs(ctx context.Context, ids []store.ID, classes ...byte) error {
	for len(ids) > 0 {
		p := newPending()
		p.sync = true
		batch := ids[:min(len(ids), sweepBatch)]
		ids = ids[len(batch):]
		for _, id := range batch {
			for _, class := range classes {
				p.delete(idKey(class, id))
			}
		}
		if err := s.commit(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
