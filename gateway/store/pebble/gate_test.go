package pebblestore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lineUp has n wait at a full gate, in this order.
func lineUp(t *testing.T, g *gate, n int, enter func(i int)) *sync.WaitGroup {
	t.Helper()
	var wg sync.WaitGroup
	waiting := func() (n int) {
		g.mu.Lock()
		defer g.mu.Unlock()
		for t := g.first; t != nil; t = t.next {
			n++
		}
		return n
	}
	for i := range n {
		wg.Go(func() { enter(i) })
		for end := time.Now().Add(10 * time.Second); waiting() != i+1; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d wait, want %d", waiting(), i+1)
			}
		}
	}
	return &wg
}

func TestGateLetsInByTurn(t *testing.T) {
	g := &gate{processors: 1, limit: 2}
	for range 2 {
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	order := make(chan int, 5)
	wg := lineUp(t, g, 5, func(i int) {
		if err := g.enter(t.Context()); err != nil {
			t.Error(err)
		}
		order <- i
	})
	for want := range 5 {
		g.leave()
		if got := <-order; got != want {
			t.Errorf("%d was let in, want %d", got, want)
		}
	}
	wg.Wait()
}

func TestGateIsLeftByWhoGivesUp(t *testing.T) {
	g := &gate{processors: 1, limit: 1}
	if err := g.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in := make(chan struct{})
	wg := lineUp(t, g, 3, func(i int) {
		if i < 2 {
			if err := g.enter(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%d: %v", i, err)
			}
			return
		}
		if err := g.enter(t.Context()); err != nil {
			t.Error(err)
		}
		close(in)
	})
	cancel()
	g.leave()
	<-in
	wg.Wait()
	if g.leave(); g.busy != 0 || g.first != nil {
		t.Errorf("%d are in, and some wait", g.busy)
	}
}

// A slow disk takes more under way, a fast one no less than the processors can use.
func TestGateFollowsTheDisk(t *testing.T) {
	g := &gate{processors: 2, limit: 2 * gateEach}
	for _, c := range []struct {
		sync     time.Duration
		from, to int
	}{{100 * time.Microsecond, 2 * gateEach, 2 * gateEach}, {10 * time.Millisecond, 450, 480}, {time.Second, maxGroupCount, maxGroupCount}, {0, 2 * gateEach, 2 * gateEach}} {
		for range 1000 {
			g.synced(c.sync)
		}
		if g.limit < c.from || g.limit > c.to {
			t.Errorf("syncs of %v: %d let in, want %d to %d", c.sync, g.limit, c.from, c.to)
		}
	}
}

// Nobody is lost, and never are there too many.
func TestGateUnderLoad(t *testing.T) {
	g := &gate{processors: 1, limit: 7}
	var in, most atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			for n := range 200 {
				ctx, cancel := context.WithCancel(t.Context())
				if (i+n)%5 == 0 {
					time.AfterFunc(time.Duration(n%7)*10*time.Microsecond, cancel)
				}
				if g.enter(ctx) == nil {
					now := in.Add(1)
					for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
					}
					in.Add(-1)
					g.leave()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if g.busy != 0 || g.first != nil || most.Load() > 7 {
		t.Errorf("%d are still in, at most %d were at once, want 7", g.busy, most.Load())
	}
}
