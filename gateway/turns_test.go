package gateway

import (
	"context"
	"sync/atomic"
	"testing"

	"tollgate/gateway/store"
)

// slowCommits is a store whose commits wait.
type slowCommits struct {
	store.Store
	waiting *atomic.Int32
	free    chan struct{}
}

func (s slowCommits) Commit(ctx context.Context, txs ...*store.Tx) error {
	s.waiting.Add(1)
	<-s.free
	return s.Store.Commit(ctx, txs...)
}

// Nobody has a turn while the disk is waited for, alone or in a batch, accepted or
// refused: another send would wait too.
func TestNoTurnWhileTheDiskIsWaitedFor(t *testing.T) {
	var waiting atomic.Int32
	free := make(chan struct{})
	r := newRig(t, rigOptions{store: func(s store.Store) store.Store { return slowCommits{s, &waiting, free} }})
	t.Cleanup(func() { r.Store = r.Store.(slowCommits).Store })
	done := make(chan struct{}, 2)
	go func() {
		_, _ = r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: "+4915112345610", Purpose: "login"})
		done <- struct{}{}
	}()
	go func() {
		r.SendMany(context.Background(), r.tenant, []*SendRequest{{Kind: store.KindOTP, To: "+4915112345617", Purpose: "login"}, {Kind: store.KindOTP, To: "+4915112345618", Purpose: "login"}})
		done <- struct{}{}
	}()
	r.until("both wait for the disk", func() bool { return waiting.Load() >= 2 })
	if n := len(r.turns); n != 0 {
		t.Errorf("%d turns are taken", n)
	}
	close(free)
	<-done
	<-done
}
