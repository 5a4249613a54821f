package pebblestore

import (
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

func challengeAt(second int) key {
	return idKey(classChallenge, storetest.NewID(began.Add(time.Duration(second)*time.Second), 1))
}

// TestRevCache fills the cache over its size: what it has forgotten it does
// not know, and it never takes a forgotten challenge for a new one.
func TestRevCache(t *testing.T) {
	floor := challengeAt(0)
	c := newRevCache(floor.id())
	expect := func(what string, k key, rev uint64, known bool) {
		t.Helper()
		if got, ok := c.get(&k); ok != known || got != rev {
			t.Errorf("%s: revision %d, known %v, want %d, %v", what, got, ok, rev, known)
		}
	}
	number := indexKey(classNumber, [16]byte{1})
	expect("a challenge that may be on disk", challengeAt(0), 0, false)
	expect("a challenge later than all on disk", challengeAt(1), 0, true)
	expect("a number", number, 0, false)

	for i := range 5 {
		k := challengeAt(10 + i)
		c.put(&k, uint64(i+1))
	}
	c.put(&number, 7)
	absent := challengeAt(1000)
	c.put(&absent, 0) // read, and not there: no reason to distrust what is earlier
	expect("a number that was put", number, 7, true)
	expect("a challenge that was put", challengeAt(12), 3, true)

	for n := uint32(0); len(c.old) == 0 || n < 2*maxRevisions; n++ {
		k := indexKey(classNumber, [16]byte{2, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		c.put(&k, 1)
		if n == maxRevisions {
			expect("a generation later", challengeAt(12), 3, true)
		}
	}
	expect("a forgotten number", number, 0, false)
	for i := range 5 {
		expect("a forgotten challenge", challengeAt(10+i), 0, false)
	}
	expect("a challenge after the forgotten ones", challengeAt(15), 0, true)

	k := challengeAt(20)
	c.put(&k, 1)
	c.forget()
	expect("after a range delete", k, 0, false)
	expect("after a range delete, a new one", challengeAt(21), 0, true)
	if n := len(c.young) + len(c.old); n > 2*maxRevisions {
		t.Errorf("%d revisions kept, want at most %d", n, 2*maxRevisions)
	}
}

// TestForgottenRevisions writes one number over and over with other writes in
// between that push it out of the cache.
func TestForgottenRevisions(t *testing.T) {
	s := mustOpen(t, config(t))
	defer s.Close()
	for rev := uint64(1); rev <= 5; rev++ {
		tx := &store.Tx{Numbers: []*store.NumberState{{Tenant: "acme", To: "+491701234567", Rev: rev}}}
		if err := s.Commit(ctx, tx); err != nil {
			t.Fatalf("revision %d: %v", rev, err)
		}
		s.mu.Lock()
		s.revisions.forget()
		s.mu.Unlock()
		if err := s.Commit(ctx, tx); err != store.ErrConflict {
			t.Fatalf("revision %d again: %v, want ErrConflict", rev, err)
		}
	}
}
