package pebblestore

import (
	"context"
	"errors"
	"iter"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// Open yields every message without a terminal state, earliest deadline first.
// It streams: the first is there at once, however many follow.
func (s *Store) Open(ctx context.Context) iter.Seq2[store.Unfinished, error] {
	return func(yield func(store.Unfinished, error) bool) {
		if err := s.eachOpen(ctx, func(u store.Unfinished) bool { return yield(u, nil) }); err != nil {
			yield(store.Unfinished{}, err)
		}
	}
}

// eachOpen calls f for every open message until it returns false.
func (s *Store) eachOpen(ctx context.Context, f func(store.Unfinished) bool) (err error) {
	if err := s.settle(ctx); err != nil {
		return err
	}
	it, err := s.openIter()
	if err != nil {
		return err
	}
	defer func() {
		if cerr := it.close(); err == nil {
			err = cerr
		}
	}()
	for it.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		u, err := s.unfinished(ctx, &it.key, it.value())
		if errors.Is(err, errFinished) {
			continue
		}
		if err != nil {
			return err
		}
		if !f(u) {
			return nil
		}
	}
	return nil
}

// errFinished says that a message was closed while the list was read.
var errFinished = errors.New("store: finished meanwhile")

// unfinished reads what belongs to one entry of the open list.
func (s *Store) unfinished(ctx context.Context, k *key, val []byte) (u store.Unfinished, err error) {
	id := k.id()
	a, err := s.accepted(id)
	if err != nil {
		return u, finished(err)
	}
	u.Message, u.Delivery = a.message, a.delivery
	switch d, err := s.laterDelivery(id); {
	case err == nil:
		u.Delivery = d
	case !errors.Is(err, store.ErrNotFound):
		return u, err
	}
	if u.Delivery != nil && u.Delivery.Status.Terminal() {
		return u, errFinished
	}
	if _, sealed := head(val); len(sealed) > 0 {
		b := scratches.Get().(*scratch)
		defer b.release()
		if b.plain, err = s.cfg.Sealer.Open(b.plain[:0], sealed, k.bytes()); err != nil {
			return u, readError(err)
		}
		if u.Content, err = store.DecodeContent(b.plain); err == nil {
			u.Content.ID = id
		}
	}
	return u, err
}

// finished turns a message that is gone into one that needs nothing more.
func finished(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errFinished
	}
	return err
}

// openIter walks over the open list as it stands now.
type openIter struct {
	store *Store
	it    *pebble.Iterator
	begun bool
	key   key
}

func (s *Store) openIter() (*openIter, error) {
	if err := s.use(); err != nil {
		return nil, err
	}
	it, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: []byte{classOpen}, UpperBound: prefixEnd([]byte{classOpen}),
	})
	if err != nil {
		s.leave()
		return nil, readError(err)
	}
	return &openIter{store: s, it: it}, nil
}

func (i *openIter) next() bool {
	ok := false
	if i.begun {
		ok = i.it.Next()
	} else {
		i.begun, ok = true, i.it.First()
	}
	if ok {
		i.key = keyOf(i.it.Key())
	}
	return ok
}

// value lasts until the next call of next.
func (i *openIter) value() []byte { return i.it.Value() }

func (i *openIter) close() error {
	defer i.store.leave()
	if err := i.it.Close(); err != nil {
		return readError(err)
	}
	return nil
}
