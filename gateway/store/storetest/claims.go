package storetest

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/gateway/store"
)

var (
	body  = [32]byte{1, 2, 3}
	other = [32]byte{3, 2, 1}
)

func answer(key string, at time.Time) *store.Answer {
	return &store.Answer{Tenant: "acme", Key: key, Body: body, Status: 202, Response: []byte(`{"id":"otp_1"}`), At: at}
}

// claim expects an answer (or none) and an error.
func claim(t *testing.T, s store.Store, tenant, key string, b [32]byte, now time.Time, want *store.Answer, wantErr error) {
	t.Helper()
	got, err := s.Claim(ctx(t), tenant, key, b, now)
	if !errors.Is(err, wantErr) {
		t.Fatalf("Claim(%s, %s) = %v, want %v", tenant, key, err, wantErr)
	}
	switch {
	case want == nil && got != nil:
		t.Fatalf("Claim(%s, %s) replays %+v, want the key", tenant, key, got)
	case want != nil && (got == nil || got.Status != want.Status || !bytes.Equal(got.Response, want.Response)):
		t.Fatalf("Claim(%s, %s) replays %+v, want %+v", tenant, key, got, want)
	}
}

func testClaim(t *testing.T, open Opener) {
	s, reopen := open(t)
	claim(t, s, "acme", "k", body, base, nil, nil)
	claim(t, s, "acme", "k", body, base, nil, store.ErrInFlight)
	claim(t, s, "acme", "k", other, base, nil, store.ErrKeyReused)
	claim(t, s, "globex", "k", other, base, nil, nil) // another tenant's key is another key
	claim(t, s, "acme", "k2", other, base, nil, nil)

	s.Release("acme", "k") // as after a 503: it may be tried again
	claim(t, s, "acme", "k", body, base, nil, nil)
	a := answer("k", base)
	tx := Send(base, 1, time.Minute)
	tx.Answers = []*store.Answer{a}
	commit(t, s, tx)
	for s := range twice(s, reopen) {
		claim(t, s, "acme", "k", body, base.Add(time.Minute), a, nil)
		claim(t, s, "acme", "k", body, base.Add(23*time.Hour), a, nil)
		claim(t, s, "acme", "k", other, base.Add(time.Hour), nil, store.ErrKeyReused)
	}
}

// testClaimRace has many requests with one key at once: exactly one works.
func testClaimRace(t *testing.T, open Opener) {
	s, _ := open(t)
	var worked, replayed atomic.Int32
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for {
				a, err := s.Claim(t.Context(), "acme", "race", body, base)
				switch {
				case errors.Is(err, store.ErrInFlight):
					time.Sleep(time.Millisecond)
					continue
				case err != nil:
					t.Errorf("Claim: %v", err)
				case a != nil:
					replayed.Add(1)
				default:
					worked.Add(1)
					if err := s.Commit(t.Context(), &store.Tx{Answers: []*store.Answer{answer("race", base)}}); err != nil {
						t.Errorf("Commit: %v", err)
					}
				}
				return
			}
		})
	}
	wg.Wait()
	if worked.Load() != 1 || replayed.Load() != 31 {
		t.Errorf("%d worked and %d got the answer, want 1 and 31", worked.Load(), replayed.Load())
	}
}

func testAnswerExpires(t *testing.T, open Opener) {
	s, _ := open(t)
	claim(t, s, "acme", "old", body, base, nil, nil)
	commit(t, s, &store.Tx{Answers: []*store.Answer{answer("old", base)}})
	expire(t, s, base.Add(23*time.Hour), 72*time.Hour, 0)
	claim(t, s, "acme", "old", body, base.Add(23*time.Hour), answer("old", base), nil)
	claim(t, s, "acme", "old", other, base.Add(25*time.Hour), nil, nil) // no longer replayed
	s.Release("acme", "old")
	expire(t, s, base.Add(72*time.Hour), 96*time.Hour, 1) // and erased within two days
	expire(t, s, base.Add(72*time.Hour), 96*time.Hour, 0)
	claim(t, s, "acme", "old", other, base, nil, nil)
}
