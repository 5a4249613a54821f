package storetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// testConflict puts each kind with a revision that does not follow, together
// with a message: neither may be written.
func testConflict(t *testing.T, open Opener) {
	for _, stored := range []uint64{0, 1, 2} {
		for _, put := range []uint64{1, 2, 3, 4} {
			s, _ := open(t)
			for rev := uint64(1); rev <= stored; rev++ {
				commit(t, s, revised(rev))
			}
			tx := revised(put)
			tx.Messages = Send(base, 7, time.Minute).Messages
			for _, one := range eachRevised(tx) {
				err := s.Commit(ctx(t), one)
				if put == stored+1 {
					if err != nil {
						t.Errorf("revision %d over %d: %v", put, stored, err)
					}
					continue
				}
				if !errors.Is(err, store.ErrConflict) {
					t.Errorf("revision %d over %d: %v, want ErrConflict", put, stored, err)
				}
				if _, err := s.Message(ctx(t), tx.Messages[0].ID); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("revision %d over %d: the rest of the Tx was written: %v", put, stored, err)
				}
			}
		}
	}
}

// revised is one record of each kind that carries a revision.
func revised(rev uint64) *store.Tx {
	id := NewID(base, 1)
	return &store.Tx{
		Challenges: []*store.Challenge{{ID: id, Rev: rev}},
		Numbers:    []*store.NumberState{{Tenant: "acme", To: "+491701234567", Rev: rev}},
		Accounts:   []*store.AccountState{{Tenant: "acme", AccountID: "user-1", Rev: rev}},
		Identities: []*store.Identity{{Source: "network", To: "+491701234567", Rev: rev}},
		Reviews:    []*store.Review{{ID: id, Tenant: "acme", Rev: rev, OpenedAt: base}},
	}
}

// eachRevised is tx once for each of its kinds that carry a revision.
func eachRevised(tx *store.Tx) []*store.Tx {
	return []*store.Tx{
		{Messages: tx.Messages, Challenges: tx.Challenges},
		{Messages: tx.Messages, Numbers: tx.Numbers},
		{Messages: tx.Messages, Accounts: tx.Accounts},
		{Messages: tx.Messages, Identities: tx.Identities},
		{Messages: tx.Messages, Reviews: tx.Reviews},
	}
}

func testNoRevision(t *testing.T, open Opener) {
	s, _ := open(t)
	for _, tx := range eachRevised(revised(0)) {
		if err := s.Commit(ctx(t), tx); err == nil {
			t.Errorf("%+v without a revision was written", tx)
		}
	}
}

// testIncrements has many goroutines count in one record: no count is lost
// and none is made twice.
func testIncrements(t *testing.T, open Opener) {
	const workers, each = 16, 12
	s, reopen := open(t)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for n := range each {
				increment(t, s, i, n)
			}
		})
	}
	wg.Wait()
	for s := range twice(s, reopen) {
		n, err := s.NumberState(ctx(t), "acme", "+491701234567")
		if n = must(t, n, err); n.Verified != workers*each || n.Rev != workers*each {
			t.Errorf("counted %d at revision %d, want %d", n.Verified, n.Rev, workers*each)
		}
	}
}

// increment adds one, with a message of its own in the same Tx, as often as
// somebody else comes in between.
func increment(t *testing.T, s store.Store, worker, n int) {
	for {
		v, err := s.NumberState(t.Context(), "acme", "+491701234567")
		if errors.Is(err, store.ErrNotFound) {
			v, err = &store.NumberState{Tenant: "acme", To: "+491701234567"}, nil
		}
		if err != nil {
			t.Errorf("reading: %v", err)
			return
		}
		v.Rev++
		v.Verified++
		tx := Send(base, worker*1000+n, time.Minute)
		tx.Numbers = []*store.NumberState{v}
		err = s.Commit(t.Context(), tx)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			t.Errorf("committing: %v", err)
		}
		return
	}
}

func testConcurrentCommits(t *testing.T, open Opener) {
	const workers, each = 32, 20
	s, reopen := open(t)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for n := range each {
				tx := Send(base, i*1000+n, time.Minute)
				if err := s.Commit(t.Context(), tx); err != nil {
					t.Errorf("Commit: %v", err)
				}
				if _, err := s.Message(t.Context(), tx.Messages[0].ID); err != nil {
					t.Errorf("reading what was committed: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(unfinished(t, reopen())); n != workers*each {
		t.Errorf("%d messages open after a restart, want %d", n, workers*each)
	}
}
