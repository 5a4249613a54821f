package pebblestore

import (
	"context"
	"errors"
	"sync"
	"time"

	"tollgate/gateway/store"
)

// answerKeep is how long an answer is replayed.
const answerKeep = 24 * time.Hour

// claims are the idempotency keys that requests in flight hold; their number
// is bounded by the requests that the process works on at once.
type claims struct {
	mu   sync.Mutex
	held map[claimKey][32]byte // hash of the request
}

type claimKey struct{ tenant, key string }

// take holds a key, unless somebody does already.
func (c *claims) take(k claimKey, body [32]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, taken := c.held[k]
	switch {
	case !taken:
		c.held[k] = body
		return nil
	case held != body:
		return store.ErrKeyReused
	}
	return store.ErrInFlight
}

func (c *claims) end(keys []claimKey) {
	if len(keys) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		delete(c.held, k)
	}
}

// Claim takes an idempotency key. An answer that is written but not on disk
// yet is still in flight: nobody is told of what a crash could undo.
func (s *Store) Claim(_ context.Context, tenant, key string, body [32]byte, now time.Time) (*store.Answer, error) {
	k := claimKey{tenant, key}
	if err := s.claims.take(k, body); err != nil {
		return nil, err
	}
	a, err := s.answer(k, now)
	if err == nil && a == nil {
		return nil, nil // the caller holds the key
	}
	s.Release(tenant, key)
	if err != nil {
		return nil, err
	}
	if a.Body != body {
		return nil, store.ErrKeyReused
	}
	return a, nil
}

// Release gives a claimed key back.
func (s *Store) Release(tenant, key string) {
	s.claims.end([]claimKey{{tenant, key}})
}

// answer finds the stored answer that is still replayed at now, nil when there
// is none. It stands in the bucket of one of the last two days.
func (s *Store) answer(k claimKey, now time.Time) (*store.Answer, error) {
	sums := append([][16]byte{s.cfg.Sealer.Index("answer", k.tenant, k.key)}, s.cfg.Sealer.IndexFormer("answer", k.tenant, k.key)...)
	for _, sum := range sums {
		for _, d := range [...]uint32{day(now), day(now.Add(-answerKeep))} {
			a, err := readRecord(s, store.DecodeAnswer, answerKey(d, sum))
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if now.Sub(a.At) < answerKeep {
				return a, nil
			}
		}
	}
	return nil, nil
}
