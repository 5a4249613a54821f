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
func (s *Store) Open(ctx context.Context) iter.Seq2[store.OpenMessage, error] {
	return func(yield func(store.OpenMessage, error) bool) {
		if err := s.eachOpen(ctx, func(m store.OpenMessage) bool { return yield(m, nil) }); err != nil {
			yield(store.OpenMessage{}, err)
		}
	}
}

// eachOpen calls f for every open message until it returns false.
func (s *Store) eachOpen(ctx context.Context, f func(store.OpenMessage) bool) (err error) {
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
		kind, _ := head(it.value())
		m := store.OpenMessage{ID: it.key.id(), Kind: store.Kind(kind), Deadline: it.key.deadline()}
		switch m.Delivery, err = s.laterDelivery(m.ID); {
		case errors.Is(err, store.ErrNotFound):
			m.Delivery = nil
		case err != nil:
			return err
		case m.Delivery.Status.Terminal():
			continue // closed while the list was read
		}
		if !f(m) {
			return nil
		}
	}
	return nil
}

// Unfinished reads a message with what was written of it since.
func (s *Store) Unfinished(ctx context.Context, id store.ID) (u store.Unfinished, err error) {
	a, err := s.accepted(id)
	if err != nil {
		return u, err
	}
	u.Message, u.Delivery = a.message, a.delivery
	switch d, err := s.laterDelivery(id); {
	case err == nil:
		u.Delivery = d
	case !errors.Is(err, store.ErrNotFound):
		return u, err
	}
	if u.Delivery != nil && u.Delivery.Status.Terminal() {
		return u, store.ErrNotFound
	}
	u.Content, err = readRecord(s, decodeContent, openKey(deadline(a.message.ExpiresAt), id))
	switch {
	case err == nil:
		u.Content.ID = id
	case errors.Is(err, store.ErrNotFound):
		u.Content, err = nil, nil
	}
	return u, err
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
