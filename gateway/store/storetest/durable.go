package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// testReadYourWrites reads right behind each Write, whatever the engine still
// holds back.
func testReadYourWrites(t *testing.T, open Opener) {
	s, _ := open(t)
	for seed := range 20 {
		tx := Records(seed)
		answers := tx.Answers
		tx.Answers = nil // an answer is replayed once it is durable only
		write(t, s, tx)
		same(t, "after Write", readAll(t, s, tx), tx)
		tx.Answers = answers
	}
	rev := uint64(1)
	for ; rev <= 50; rev++ {
		write(t, s, &store.Tx{Numbers: []*store.NumberState{{Tenant: "acme", To: "+491701234567", Rev: rev, Verified: int(rev)}}})
		n, err := s.NumberState(ctx(t), "acme", "+491701234567")
		if n = must(t, n, err); n.Rev != rev || n.Verified != int(rev) {
			t.Fatalf("read revision %d right after writing %d", n.Rev, rev)
		}
	}
	tx := Send(base, 77, time.Minute)
	write(t, s, tx)
	write(t, s, done(tx, store.Delivered, base.Add(time.Second)))
	if _, err := s.Content(ctx(t), tx.Messages[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("content right after its message was delivered: %v, want ErrNotFound", err)
	}
}

func testWriteSurvivesClose(t *testing.T, open Opener) {
	s, reopen := open(t)
	tx := Records(3)
	write(t, s, tx)
	s = reopen()
	same(t, "after a restart", readAll(t, s, tx), Records(3))
}

func testEndedContext(t *testing.T, open Opener) {
	s, _ := open(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ended, Send(base, 1, time.Minute)); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit with an ended context = %v, want context.Canceled", err)
	}
	commit(t, s, Send(base, 2, time.Minute))
}

func testClosed(t *testing.T, open Opener) {
	s, _ := open(t)
	commit(t, s, Send(base, 1, time.Minute))
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	id := NewID(base, 1)
	_, read := s.Message(ctx(t), id)
	_, list := s.Reviews(ctx(t), "", true, store.ID{}, 10)
	var open1 error
	for _, err := range s.Open(ctx(t)) {
		open1 = err
	}
	_, expire := s.Expire(ctx(t), base, store.Retention{Messages: time.Hour})
	for name, err := range map[string]error{
		"Commit": s.Commit(ctx(t), Send(base, 2, time.Minute)), "Write": s.Write(Send(base, 3, time.Minute)),
		"Message": read, "Reviews": list, "Open": open1, "Expire": expire, "Close": s.Close(),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s after Close = %v, want ErrClosed", name, err)
		}
	}
}
