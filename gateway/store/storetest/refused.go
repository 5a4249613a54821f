package storetest

import (
	"errors"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// testRefused has refused sends on both sides of their retention: they are no
// message, open nothing, and go by their own time while messages stay.
func testRefused(t *testing.T, open Opener) {
	s, reopen := open(t)
	const keep = 24 * time.Hour
	accepted := Send(base, 0, time.Minute)
	commit(t, s, accepted)
	commit(t, s, done(accepted, store.Delivered, base.Add(time.Second)))
	for i := range 5 {
		at := base.Add(time.Duration(i) * time.Hour)
		write(t, s, &store.Tx{Refused: []*store.Message{{ID: NewID(at, i), Kind: store.KindOTP, Tenant: "acme", To: number(i), CreatedAt: at}}})
	}
	if u := unfinished(t, s); len(u) != 0 {
		t.Errorf("a refused send is open: %+v", u)
	}
	if _, err := s.Message(ctx(t), NewID(base.Add(time.Hour), 1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a refused send is a message: %v", err)
	}
	retain := func(now time.Time, keep, want int) {
		t.Helper()
		n, err := s.Expire(ctx(t), now, store.Retention{Refusals: time.Duration(keep) * time.Hour, Messages: 720 * time.Hour})
		if must(t, n, err) != want {
			t.Errorf("Expire at %v erased %d, want %d", now, n, want)
		}
	}
	retain(base.Add(1000*keep), 0, 1) // the message alone: refused sends are kept for ever
	retain(base.Add(keep), 24, 0)
	retain(base.Add(keep+2*time.Hour+time.Minute), 24, 3)
	retain(base.Add(keep+2*time.Hour+time.Minute), 24, 0)
	for s := range twice(s, reopen) {
		for i := range 5 {
			m, err := s.Refused(ctx(t), NewID(base.Add(time.Duration(i)*time.Hour), i))
			if i < 3 != errors.Is(err, store.ErrNotFound) || i >= 3 && (err != nil || m.To != number(i)) {
				t.Errorf("refused send %d: %+v, %v", i, m, err)
			}
		}
	}
}
