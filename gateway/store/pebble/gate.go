package pebblestore

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// gate bounds the commits under way, in turn. A group wakes all who wait for it, and
// the runtime runs them one behind the other: with hundreds of senders everything
// else on the machine, the reading of receipts above all, waited for its turn behind
// them for tens of milliseconds, and open messages piled up because carriers send no
// more receipts than they have acknowledged. Senders behind the gate take no part in
// that. It lets in as many as keep the processors busy while the disk syncs.
type gate struct {
	mu         sync.Mutex
	processors int
	limit      int // commits under way
	busy       int
	first      *turn
	last       *turn
	sync       time.Duration // what one takes
}

// turn is one that waits, in the order in which they came.
type turn struct {
	ready chan struct{}
	next  *turn
	left  bool // it gave up; guarded by the gate's lock
}

const (
	gateEach = 32     // commits under way for a processor, at least
	gateRate = 12_000 // accepts a second that a processor decides, at most
)

func newGate() *gate {
	n := runtime.GOMAXPROCS(0)
	return &gate{processors: n, limit: n * gateEach}
}

var turns = sync.Pool{New: func() any { return &turn{ready: make(chan struct{}, 1)} }}

// enter waits for a turn; who got it calls leave.
func (g *gate) enter(ctx context.Context) error {
	g.mu.Lock()
	if g.busy < g.limit && g.first == nil {
		g.busy++
		g.mu.Unlock()
		return nil
	}
	t := turns.Get().(*turn)
	if g.last == nil {
		g.first = t
	} else {
		g.last.next = t
	}
	g.last = t
	g.mu.Unlock()
	select {
	case <-t.ready:
		turns.Put(t)
		return nil
	case <-ctx.Done():
	}
	return g.giveUp(ctx, t)
}

// giveUp leaves the line; who was let in at this very moment lets the next one in.
func (g *gate) giveUp(ctx context.Context, t *turn) error {
	g.mu.Lock()
	t.left = true
	g.mu.Unlock()
	select {
	case <-t.ready:
		g.leave()
	default:
	}
	return fmt.Errorf("store: waiting for other commits: %w", ctx.Err())
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	g.admit()
}

// admit lets in as many as there is room for. It needs g.mu.
func (g *gate) admit() {
	for g.first != nil && g.busy < g.limit {
		t := g.first
		if g.first = t.next; g.first == nil {
			g.last = nil
		}
		t.next = nil
		if !t.left {
			g.busy++
			t.ready <- struct{}{}
		}
	}
}

// synced takes note of how long a sync of the log took: while one lasts, the
// processors can decide so many more, and twice that are under way. The time is
// measured on a machine where others wait to run too, so that what is kept is nearer
// to the shorter ones.
func (g *gate) synced(took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if took < g.sync {
		g.sync -= (g.sync - took) / 4
	} else {
		g.sync += (took - g.sync) / 64
	}
	g.limit = min(maxGroupCount, g.processors*max(gateEach, int(2*gateRate*g.sync.Seconds())))
	g.admit()
}
