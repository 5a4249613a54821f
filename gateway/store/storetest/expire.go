package storetest

import (
	"errors"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// expire runs Expire and expects a count.
func expire(t *testing.T, s store.Store, now time.Time, keep time.Duration, want int) {
	t.Helper()
	n, err := s.Expire(ctx(t), now, store.Retention{Messages: keep})
	if must(t, n, err) != want {
		t.Errorf("Expire at %v, keeping %v, erased %d, want %d", now, keep, n, want)
	}
}

// present tells whether a message and all of it is there, or nothing of it.
func present(t *testing.T, s store.Store, id store.ID) bool {
	t.Helper()
	_, m := s.Message(ctx(t), id)
	_, d := s.Delivery(ctx(t), id)
	_, c := s.Challenge(ctx(t), id)
	for _, err := range []error{m, d, c} {
		if err != nil && !errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrNotFound) != errors.Is(m, store.ErrNotFound) {
			t.Fatalf("message %v, delivery %v, challenge %v", m, d, c)
		}
	}
	return m == nil
}

func testExpire(t *testing.T, open Opener) {
	s, reopen := open(t)
	const keep = 48 * time.Hour
	var sent []*store.Tx
	for i := range 5 {
		tx := Send(base.Add(time.Duration(i)*time.Hour), i, time.Minute)
		sent = append(sent, tx)
		commit(t, s, tx)
		commit(t, s, done(tx, store.Delivered, tx.Messages[0].CreatedAt.Add(time.Minute)))
	}
	expire(t, s, base.Add(keep), keep, 0)
	expire(t, s, base.Add(keep+2*time.Hour+30*time.Minute), keep, 3)
	for s := range twice(s, reopen) {
		for i, tx := range sent {
			if got, want := present(t, s, tx.Messages[0].ID), i >= 3; got != want {
				t.Errorf("message %d present %v, want %v", i, got, want)
			}
		}
	}
}

// testExpireBetween has old messages that may not go among those that may: one
// that is still open as it was accepted, one open after an attempt, one that
// ended late.
func testExpireBetween(t *testing.T, open Opener) {
	s, reopen := open(t)
	const keep = time.Hour
	now := base.Add(48 * time.Hour)
	kept := map[int]func(*store.Tx) *store.Tx{
		3: nil,
		5: func(tx *store.Tx) *store.Tx { return done(tx, store.Submitted, time.Time{}) },
		7: func(tx *store.Tx) *store.Tx { return done(tx, store.Unknown, now.Add(-time.Minute)) },
	}
	for i := range 10 {
		tx := Send(base.Add(time.Duration(i)*time.Minute), i, time.Minute)
		commit(t, s, tx)
		if end, keeps := kept[i]; !keeps {
			commit(t, s, done(tx, store.Delivered, base.Add(time.Hour)))
		} else if end != nil {
			commit(t, s, end(tx))
		}
	}
	expire(t, s, now, keep, 7)
	expire(t, s, now, keep, 0)
	for s := range twice(s, reopen) {
		for i := range 10 {
			_, want := kept[i]
			if got := present(t, s, NewID(base.Add(time.Duration(i)*time.Minute), i)); got != want {
				t.Errorf("message %d present %v, want %v", i, got, want)
			}
		}
		if u := unfinished(t, s); len(u) != 2 || u[0].Content == nil || u[1].Content == nil {
			t.Errorf("open after Expire: %+v, want two with their contents", u)
		}
	}
}
