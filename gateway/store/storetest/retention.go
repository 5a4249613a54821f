package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// keptFor is the retention of the tests: no class like another.
var keptFor = store.Retention{Messages: 24 * time.Hour, Refusals: 12 * time.Hour, Reviews: 48 * time.Hour, Numbers: 72 * time.Hour, Identities: 96 * time.Hour}

// told is an identity of record that was last told at a time.
func told(n subscriber.MSISDN, source string, at time.Time) *store.Identity {
	return &store.Identity{Source: source, To: n, Rev: 1, Record: hlr.Record{{Source: "hlr", History: hlr.History{
		IMSI: subscriber.Hash{Key: 1, Sum: [16]byte{1}}, FirstSeen: at, LastSeen: at,
	}}}}
}

func resolved(seed int, n subscriber.MSISDN, as string, at time.Time) *store.Review {
	r := &store.Review{ID: NewID(base, seed), Tenant: "acme", To: n, Rev: 1, OpenedAt: base, Kind: store.ReviewFreeze}
	if as != "" {
		r.Resolution, r.ResolvedAt = as, at
	}
	return r
}

func number(i int) subscriber.MSISDN { return subscriber.MSISDN(fmt.Sprintf("+4917012345%02d", i)) }

// testRetention has records on both sides of each bound, and some that stay
// whatever their age.
func testRetention(t *testing.T, open Opener) {
	s, reopen := open(t)
	hold := &store.Hold{Review: NewID(base, 90), At: base}
	tx := &store.Tx{
		Identities: []*store.Identity{told(number(1), "network", base), told(number(2), "network", base.Add(time.Hour)), told(number(1), "tenant:acme", base)},
		Numbers: []*store.NumberState{
			{Tenant: "acme", To: number(1), Rev: 1, FirstSeen: base}, {Tenant: "acme", To: number(2), Rev: 1, FirstSeen: base, VerifiedAt: base.Add(time.Hour)},
			{Tenant: "acme", To: number(3), Rev: 1, FirstSeen: base, Freeze: hold}, {Tenant: "acme", To: number(4), Rev: 1, FirstSeen: base, Lock: hold},
			{Tenant: "acme", To: number(5), Rev: 1, FirstSeen: base, OptedOut: base}, {Tenant: "acme", To: number(6), Rev: 1, FirstSeen: base, Wrong: []time.Time{base.Add(time.Hour)}},
		},
		Accounts: []*store.AccountState{{Tenant: "acme", AccountID: "free", Rev: 1}, {Tenant: "acme", AccountID: "held", Rev: 1, Freeze: hold}},
		Reviews: []*store.Review{
			resolved(1, number(1), "false_alarm", base), resolved(2, number(2), "confirm_new_sim", base.Add(time.Hour)),
			resolved(3, number(3), "fraud", base), resolved(4, number(4), "", time.Time{}),
		},
	}
	commit(t, s, tx)
	expire := func(now time.Time) {
		t.Helper()
		for range 2 { // one call may do a part
			n, err := s.Expire(ctx(t), now, keptFor)
			must(t, n, err)
		}
	}
	expire(base.Add(time.Hour))
	if _, err := s.AccountState(ctx(t), "acme", "free"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an account that nothing holds is kept: %v", err)
	}
	if got := states(t, s); got != "identities 12 claims 1 numbers 123456 reviews 1234" {
		t.Errorf("within their time: %s", got)
	}
	expire(base.Add(48*time.Hour + time.Minute))
	expire(base.Add(72*time.Hour + time.Minute))
	expire(base.Add(96*time.Hour + time.Minute))
	for s := range twice(s, reopen) {
		if got := states(t, s); got != "identities 2 claims  numbers 345 reviews 34" {
			t.Errorf("behind the bounds: %s", got)
		}
		if _, err := s.AccountState(ctx(t), "acme", "held"); err != nil {
			t.Errorf("a held account: %v", err)
		}
	}
	// What went can come again, from its first revision on.
	commit(t, reopen(), &store.Tx{Identities: []*store.Identity{told(number(1), "network", base)}})
}

// states lists what is there of numbers 1 to 6.
func states(t *testing.T, s store.Store) string {
	there := func(err error, i int) string {
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		if err == nil {
			return fmt.Sprint(i)
		}
		return ""
	}
	var identities, claims, numbers, reviews string
	for i := 1; i <= 6; i++ {
		_, err := s.Identity(ctx(t), "network", number(i))
		identities += there(err, i)
		_, err = s.Identity(ctx(t), "tenant:acme", number(i))
		claims += there(err, i)
		_, err = s.NumberState(ctx(t), "acme", number(i))
		numbers += there(err, i)
		_, err = s.Review(ctx(t), NewID(base, i))
		reviews += there(err, i)
	}
	listed, err := s.Reviews(ctx(t), "acme", false, store.ID{}, 100)
	if must(t, listed, err); len(listed) != len(reviews) {
		t.Errorf("%d reviews are listed, %d are there", len(listed), len(reviews))
	}
	return fmt.Sprintf("identities %s claims %s numbers %s reviews %s", identities, claims, numbers, reviews)
}

// testErase deletes one number, and nothing of another one of the same shard.
func testErase(t *testing.T, open Opener) {
	s, reopen := open(t)
	gone, stays := number(1), number(2)
	fillNumber(t, s, 1, gone)
	fillNumber(t, s, 2, stays)
	for s := range twice(s, reopen) {
		erased, left, err := s.Erase(ctx(t), gone, []string{"acme"})
		if err != nil || left != 1 {
			t.Fatalf("Erase = %d, %d, %v; want one message left open", erased, left, err)
		}
		wantNumber(t, s, 1, gone, false)
		wantNumber(t, s, 2, stays, true)
	}
}

// eraseSeed keeps the records of numbers apart.
func eraseSeed(i int) int { return 1000 * i }

// fillNumber commits one of everything for a number: a finished message, and
// one on its way.
func fillNumber(t *testing.T, s store.Store, i int, n subscriber.MSISDN) {
	t.Helper()
	for k, ended := range []bool{true, false} {
		tx := Send(base, eraseSeed(i)+k, time.Minute)
		id := store.NewID(base, n, [9]byte{byte(i), byte(k)})
		tx.Messages[0].ID, tx.Messages[0].To = id, n
		tx.Contents[0].ID, tx.Deliveries[0].ID = id, id
		tx.Challenges[0].ID, tx.Challenges[0].To = id, n
		commit(t, s, tx)
		if ended {
			commit(t, s, done(tx, store.Delivered, base.Add(time.Second)))
		}
	}
	commit(t, s, &store.Tx{
		Refused:    []*store.Message{{ID: store.NewID(base, n, [9]byte{byte(i), 2}), Tenant: "acme", To: n}},
		Identities: []*store.Identity{told(n, "network", base), told(n, "tenant:acme", base)},
		Numbers:    []*store.NumberState{{Tenant: "acme", To: n, Rev: 1, FirstSeen: base}},
		Reviews:    []*store.Review{resolved(eraseSeed(i), n, "", time.Time{})},
	})
}

func wantNumber(t *testing.T, s store.Store, i int, n subscriber.MSISDN, want bool) {
	t.Helper()
	_, identity := s.Identity(ctx(t), "network", n)
	_, claim := s.Identity(ctx(t), "tenant:acme", n)
	_, state := s.NumberState(ctx(t), "acme", n)
	_, review := s.Review(ctx(t), NewID(base, eraseSeed(i)))
	_, refused := s.Refused(ctx(t), store.NewID(base, n, [9]byte{byte(i), 2}))
	for name, err := range map[string]error{"refused send": refused, "identity": identity, "claim": claim, "state": state, "review": review} {
		if (err == nil) != want || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of number %d: %v, want it there: %v", name, i, err, want)
		}
	}
	if got := present(t, s, store.NewID(base, n, [9]byte{byte(i), 0})); got != want {
		t.Errorf("finished message of number %d is there: %v", i, got)
	}
	if !present(t, s, store.NewID(base, n, [9]byte{byte(i), 1})) {
		t.Errorf("the message of number %d that is on its way has gone", i)
	}
}
