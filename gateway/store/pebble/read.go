package pebblestore

import (
	"context"
	"errors"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// scratch holds a value and its plain text while a record is decoded.
type scratch struct{ val, plain []byte }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (b *scratch) release() {
	clear(b.plain)
	scratches.Put(b)
}

// read finds the value at k, in a group or in the database, and opens it into
// b. What it returns lasts until b is released.
func (s *Store) read(b *scratch, k *key) (head uint64, plain []byte, err error) {
	head, sealed, err := s.lookup(b, k)
	if err != nil || len(sealed) == 0 {
		return head, nil, err
	}
	b.plain, err = s.cfg.Sealer.Open(b.plain[:0], sealed, k.bytes())
	if err != nil {
		return 0, nil, readError(err)
	}
	return head, b.plain, nil
}

// lookup is read without opening.
func (s *Store) lookup(b *scratch, k *key) (n uint64, sealed []byte, err error) {
	if err := s.use(); err != nil {
		return 0, nil, err
	}
	defer s.leave()
	if !s.filter.may(k) {
		return 0, nil, store.ErrNotFound
	}
	s.mu.Lock()
	epoch := s.epoch
	e, found := s.waiting(k)
	if found {
		b.val = append(b.val[:0], e.val...)
	}
	s.mu.Unlock()
	if !found {
		return s.get(b, k, epoch)
	}
	if e.gone {
		return 0, nil, store.ErrNotFound
	}
	n, sealed = head(b.val)
	return n, sealed, nil
}

// get is lookup in the database. Whoever reads a record with a revision will
// likely write it next.
func (s *Store) get(b *scratch, k *key, epoch uint64) (n uint64, sealed []byte, err error) {
	val, closer, err := s.db.Get(k.bytes())
	switch {
	case err == nil:
		b.val = append(b.val[:0], val...)
		n, sealed = head(b.val)
		err = closer.Close()
	case errors.Is(err, pebble.ErrNotFound):
		err = store.ErrNotFound
	default:
		return 0, nil, readError(err)
	}
	if revised(k.class()) && !(err != nil && k.class() == classChallenge) { // that may stand inside its message
		s.learn(k, n, epoch)
	}
	return n, sealed, err
}

// readRecord reads and decodes the record at the first of keys that is there.
func readRecord[T any](s *Store, decode func([]byte) (T, error), keys ...key) (v T, err error) {
	b := scratches.Get().(*scratch)
	defer b.release()
	for i := range keys {
		var plain []byte
		_, plain, err = s.read(b, &keys[i])
		if err == nil {
			return decode(plain)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return v, err
		}
	}
	return v, err
}

// Message reads what was accepted.
func (s *Store) Message(_ context.Context, id store.ID) (*store.Message, error) {
	a, err := s.accepted(id)
	return a.message, err
}

// Refused reads a send that was refused.
func (s *Store) Refused(_ context.Context, id store.ID) (*store.Message, error) {
	m, err := readRecord(s, store.DecodeMessage, idKey(classRefused, id))
	if err == nil {
		m.ID = id
	}
	return m, err
}

func (s *Store) accepted(id store.ID) (accepted, error) {
	decode := func(plain []byte) (accepted, error) { return decodeAccepted(id, plain) }
	return readRecord(s, decode, idKey(classMessage, id))
}

// Delivery reads the delivery as last written: its own record, or the one
// that the message was accepted with.
func (s *Store) Delivery(_ context.Context, id store.ID) (*store.Delivery, error) {
	d, err := s.laterDelivery(id)
	if err == nil && d.First == 0 || err != nil && !errors.Is(err, store.ErrNotFound) {
		return d, err
	}
	a, err := s.accepted(id)
	if err != nil {
		return nil, err
	}
	if d == nil && a.delivery == nil {
		return nil, store.ErrNotFound
	}
	return a.with(d), nil
}

// laterDelivery is the delivery if it was written since the message was accepted,
// as it was written: without its First steps.
func (s *Store) laterDelivery(id store.ID) (*store.Delivery, error) {
	d, err := readRecord(s, store.DecodeDelivery, idKey(classDelivery, id))
	if err == nil {
		d.ID = id
	}
	return d, err
}

// Content reads a message's text, as long as it is unfinished.
func (s *Store) Content(_ context.Context, id store.ID) (*store.Content, error) {
	at, err := s.deadlineOf(id)
	if err != nil {
		return nil, err
	}
	c, err := readRecord(s, decodeContent, openKey(at, id))
	if err == nil {
		c.ID = id
	}
	return c, err
}

func decodeContent(plain []byte) (*store.Content, error) {
	if len(plain) == 0 {
		return nil, store.ErrNotFound
	}
	return store.DecodeContent(plain)
}

// deadlineOf is the deadline of a stored message, in Unix milliseconds.
func (s *Store) deadlineOf(id store.ID) (int64, error) {
	b := scratches.Get().(*scratch)
	defer b.release()
	k := idKey(classMessage, id)
	head, _, err := s.lookup(b, &k)
	return int64(head >> 1), err
}

// Challenge reads a challenge: its own record, or the one inside its message
// as long as it was not written again.
func (s *Store) Challenge(_ context.Context, id store.ID) (*store.Challenge, error) {
	c, err := readRecord(s, store.DecodeChallenge, idKey(classChallenge, id))
	if !errors.Is(err, store.ErrNotFound) {
		return c, err
	}
	a, err := s.accepted(id)
	if err == nil && a.challenge == nil {
		err = store.ErrNotFound
	}
	return a.challenge, err
}

// readIndexed is readRecord for a record that is looked up by a keyed hash.
func readIndexed[T any](s *Store, decode func([]byte) (T, error), k key, former []place) (v T, err error) {
	if len(former) > 0 || s.filter.may(&k) {
		return readRecord(s, decode, append([]key{k}, keysOf(former)...)...)
	}
	if err = s.use(); err == nil {
		s.leave()
		err = store.ErrNotFound // as most are
	}
	return v, err
}

// NumberState reads what a tenant and a number have been through.
func (s *Store) NumberState(_ context.Context, tenant string, n subscriber.MSISDN) (*store.NumberState, error) {
	k, former := s.indexKeys(classNumber, "number", tenant, string(n))
	return readIndexed(s, store.DecodeNumberState, k, former)
}

// AccountState reads what a tenant's account is held by.
func (s *Store) AccountState(_ context.Context, tenant, account string) (*store.AccountState, error) {
	k, former := s.indexKeys(classAccount, "account", tenant, account)
	return readIndexed(s, store.DecodeAccountState, k, former)
}

// Identity reads the identity of record that a source told.
func (s *Store) Identity(_ context.Context, source string, n subscriber.MSISDN) (*store.Identity, error) {
	k, former := s.indexKeys(classIdentity, "identity", source, string(n))
	return readIndexed(s, store.DecodeIdentity, k, former)
}

// everyKey is where a record may stand: under the newest key, then under the
// former ones.
func (s *Store) everyKey(class byte, kind string, parts ...string) []key {
	k, former := s.indexKeys(class, kind, parts...)
	return append([]key{k}, keysOf(former)...)
}

func keysOf(places []place) (keys []key) {
	for i := range places {
		keys = append(keys, places[i].key)
	}
	return keys
}
