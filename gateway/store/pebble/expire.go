package pebblestore

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// Expire erases what is no longer kept. Answers, refused sends and messages go by
// ranges of keys: answers by whole UTC days, up to a day after they are last
// replayed; a message with its delivery and its challenge. The other records are gone
// through a part a call.
func (s *Store) Expire(ctx context.Context, now time.Time, keep store.Retention) (erased int, err error) {
	if err := s.settle(ctx); err != nil {
		return 0, err
	}
	if erased, err = s.expireHead(ctx, classAnswer, endOfAnswers(day(now.Add(-answerKeep)))); err != nil {
		return erased, err
	}
	if keep.Refusals > 0 {
		refused, err := s.expireHead(ctx, classRefused, endOfIDs(classRefused, now.Add(-keep.Refusals)))
		erased += refused
		if err != nil {
			return erased, err
		}
	}
	if keep.Messages > 0 {
		messages, err := s.expireMessages(ctx, now.Add(-keep.Messages))
		erased += messages
		if err != nil {
			return erased, err
		}
	}
	if err := s.trimOpen(ctx, now); err != nil {
		return erased, err
	}
	swept, err := s.sweep(ctx, now, keep)
	return erased + swept, err
}

// endOfAnswers is behind the answers of the days before first.
func endOfAnswers(first uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{classAnswer}, first)
}

// endOfIDs is behind the records of a class whose IDs were made before cut.
func endOfIDs(class byte, cut time.Time) []byte {
	end := idKey(class, store.NewID(cut, "", [9]byte{}))
	end.b[7] = 0 // the shard: the first ID of that millisecond
	return end.bytes()
}

// expireHead erases the records of a class before end, with one range.
func (s *Store) expireHead(ctx context.Context, class byte, end []byte) (n int, err error) {
	err = s.scan(ctx, []byte{class}, end, func(_, _ []byte) { n++ })
	if err != nil || n == 0 {
		return 0, err
	}
	p := newPending()
	p.sync = true
	p.deleteRange(keyOf([]byte{class}), end)
	return n, s.commit(ctx, p)
}

// expireMessages erases the messages that were finished before cut. Messages
// in between that are unfinished, or finished later, part the ranges.
func (s *Store) expireMessages(ctx context.Context, cut time.Time) (int, error) {
	end := keyOf(endOfIDs(classDelivery, cut))
	blockers, err := s.openBefore(ctx, end.id())
	if err != nil {
		return 0, err
	}
	r := runs{blockers: blockers, p: newPending()}
	cutMS := uint64(max(cut.UnixMilli(), 0))
	err = s.scan(ctx, []byte{classDelivery}, end.bytes(), func(key, val []byte) {
		k := keyOf(key)
		done, _ := head(val)
		r.add(k.id(), done != 0 && done < cutMS)
	})
	r.close()
	if err != nil || r.count == 0 {
		r.p.release()
		return 0, err
	}
	r.p.sync = true
	return r.count, s.commit(ctx, r.p)
}

// openBefore lists the open messages with an ID below end, sorted.
func (s *Store) openBefore(ctx context.Context, end store.ID) (ids []store.ID, err error) {
	err = s.scan(ctx, []byte{classOpen}, prefixEnd([]byte{classOpen}), func(key, _ []byte) {
		k := keyOf(key)
		if id := k.id(); bytes.Compare(id[:], end[:]) < 0 {
			ids = append(ids, id)
		}
	})
	slices.SortFunc(ids, func(a, b store.ID) int { return bytes.Compare(a[:], b[:]) })
	return ids, err
}

// runs gathers neighbouring messages that may go into ranges to delete.
type runs struct {
	p           *pending
	blockers    []store.ID // sorted; each ends a run
	first, last store.ID
	open        bool
	count       int
}

// add takes the next message in order.
func (r *runs) add(id store.ID, erasable bool) {
	for len(r.blockers) > 0 && bytes.Compare(r.blockers[0][:], id[:]) <= 0 {
		r.close()
		erasable = erasable && r.blockers[0] != id
		r.blockers = r.blockers[1:]
	}
	if !erasable {
		r.close()
		return
	}
	if !r.open {
		r.open, r.first = true, id
	}
	r.last = id
	r.count++
}

// close deletes the run that ends here.
func (r *runs) close() {
	if !r.open {
		return
	}
	r.open = false
	for _, class := range [...]byte{classMessage, classDelivery, classChallenge} {
		last := idKey(class, r.last)
		r.p.deleteRange(idKey(class, r.first), after(last.bytes()))
	}
}

// trimOpen covers the deleted head of the open list with one range, so that a
// restart does not walk over what was sent long ago.
func (s *Store) trimOpen(ctx context.Context, now time.Time) error {
	// Nothing is accepted with a deadline in the past.
	end := openKey(deadline(now.Add(-time.Hour)), store.ID{})
	it, err := s.openIter()
	if err != nil {
		return err
	}
	if it.next() && bytes.Compare(it.key.bytes(), end.bytes()) < 0 {
		end = it.key
	}
	if err := it.close(); err != nil {
		return err
	}
	p := newPending()
	p.sync = true
	p.deleteRange(keyOf([]byte{classOpen}), end.bytes())
	return s.commit(ctx, p)
}

// scan calls f for each key and value from start up to end.
func (s *Store) scan(ctx context.Context, start, end []byte, f func(key, val []byte)) (err error) {
	if err := s.use(); err != nil {
		return err
	}
	defer s.leave()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: start, UpperBound: end})
	if err != nil {
		return readError(err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		if ctx.Err() != nil {
			it.Close()
			return ctx.Err()
		}
		f(it.Key(), it.Value())
	}
	if err := it.Close(); err != nil {
		return readError(err)
	}
	return nil
}
