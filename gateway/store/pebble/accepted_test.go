package pebblestore

import (
	"errors"
	"strings"
	"testing"

	"tollgate/gateway/store"
)

// TestChallengeInside follows a challenge that stands inside its message: its
// revision holds though the cache has forgotten it, and once it is written again its
// own record counts.
func TestChallengeInside(t *testing.T) {
	cfg := config(t)
	s := mustOpen(t, cfg)
	tx := accept(1)
	ch := *tx.Challenges[0]
	if err := s.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	again := func(rev uint64) error {
		next := ch
		next.Rev, next.Wrong = rev, int(rev)
		s.mu.Lock()
		s.revisions.forget()
		s.mu.Unlock()
		return s.Commit(t.Context(), &store.Tx{Challenges: []*store.Challenge{&next}})
	}
	if err := again(1); !errors.Is(err, store.ErrConflict) {
		t.Errorf("issuing it again = %v, want ErrConflict", err)
	}
	for rev := uint64(2); rev < 4; rev++ {
		if err := again(rev); err != nil {
			t.Errorf("revision %d: %v", rev, err)
		}
		if got, err := s.Challenge(t.Context(), ch.ID); err != nil || got.Rev != rev || got.Wrong != int(rev) || got.MAC != ch.MAC {
			t.Errorf("read back %+v, %v; want revision %d", got, err, rev)
		}
	}
	if err := again(2); !errors.Is(err, store.ErrConflict) {
		t.Errorf("revision 2 a second time = %v, want ErrConflict", err)
	}
}

// TestOtherLayout opens a directory that another version of the layout wrote.
func TestOtherLayout(t *testing.T) {
	cfg := config(t)
	proof := keyProof
	keyProof = []byte("tollgate store 1")
	s := mustOpen(t, cfg)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	keyProof = proof
	if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("opening the former layout = %v, want a refusal that says so", err)
	}
}
