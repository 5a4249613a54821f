package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// RunRotation runs what needs a rotation of keys: open makes a store whose
// keys rotate changes.
func RunRotation(t *testing.T, open func(t *testing.T) (s store.Store, reopen func() store.Store, rotate func())) {
	t.Run("Reads", func(t *testing.T) {
		s, reopen, rotate := open(t)
		tx := Records(1)
		commit(t, s, tx)
		for range 3 {
			rotate()
			same(t, "after a rotation", readAll(t, s, tx), Records(1))
		}
		s = reopen()
		same(t, "after a restart", readAll(t, s, tx), Records(1))
	})
	t.Run("Writes", func(t *testing.T) {
		s, reopen, rotate := open(t)
		commit(t, s, revised(1))
		for rev := uint64(2); rev < 6; rev++ {
			rotate()
			stale(t, s, rev-1)
			stale(t, s, rev+1)
			if rev%2 == 0 {
				write(t, s, revised(rev)) // waiting in a group when the next comes
			} else {
				commit(t, s, revised(rev))
			}
			atRevision(t, s, rev)
			stale(t, s, rev)
		}
		atRevision(t, reopen(), 5)
	})
	t.Run("Erase", func(t *testing.T) {
		s, _, rotate := open(t)
		fillNumber(t, s, 1, number(1))
		rotate()
		fillNumber(t, s, 2, number(2))
		if n, left, err := s.Erase(ctx(t), number(1), []string{"acme"}); err != nil || left != 1 {
			t.Errorf("Erase = %d, %d, %v", n, left, err)
		}
		wantNumber(t, s, 1, number(1), false)
		wantNumber(t, s, 2, number(2), true)
	})
	t.Run("ClaimAcross", func(t *testing.T) {
		s, _, rotate := open(t)
		claim(t, s, "acme", "k", body, base, nil, nil)
		rotate()
		claim(t, s, "acme", "k", body, base, nil, store.ErrInFlight)
		commit(t, s, &store.Tx{Answers: []*store.Answer{answer("k", base)}})
		rotate()
		claim(t, s, "acme", "k", body, base.Add(time.Hour), answer("k", base), nil)
	})
}

// stale expects that each kind refuses a revision.
func stale(t *testing.T, s store.Store, rev uint64) {
	t.Helper()
	for _, tx := range eachRevised(revised(rev)) {
		if err := s.Commit(ctx(t), tx); !errors.Is(err, store.ErrConflict) {
			t.Errorf("after a rotation: revision %d: %v, want ErrConflict", rev, err)
		}
	}
}

func atRevision(t *testing.T, s store.Store, rev uint64) {
	t.Helper()
	tx := readAll(t, s, revised(rev))
	got := []uint64{tx.Challenges[0].Rev, tx.Numbers[0].Rev, tx.Accounts[0].Rev, tx.Identities[0].Rev, tx.Reviews[0].Rev}
	if slices.ContainsFunc(got, func(r uint64) bool { return r != rev }) {
		t.Errorf("revisions %d, want %d", got, rev)
	}
}
