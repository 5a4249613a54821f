package pebblestore

import (
	"context"
	"fmt"
	"time"

	"tollgate/gateway/store"
)

// A full group makes callers wait: 4096 Txs are several times what a machine
// commits during one sync, and 512 kB are written in five milliseconds: a receipt
// waits for the group before it and for its own.
const (
	maxGroupCount = 4096
	maxGroupBytes = 512 << 10
	// Results join a full group as well, up to this.
	maxResultBytes = 8 << 20
)

// maxRetired is how many applied groups are remembered for their revisions. A
// caller that was overtaken by more of them between reading a revision and
// joining a group reads it again.
const maxRetired = 4

// group is what is written by one batch and one sync.
type group struct {
	txs      []*pending
	bytes    int
	sync     bool      // somebody waits
	deadline time.Time // when it must be taken though nobody waits
	seen     overlay
	taken    chan struct{} // closed when it takes no more
	done     chan struct{} // closed when err stands
	results  chan struct{} // closed right after: see waitFor
	ended    bool          // done is closed
	err      error
}

// overlay is what a group writes, for reads before it is applied.
type overlay map[key]entry

type entry struct {
	val  []byte // in the buffer of a pending
	rev  uint64
	gone bool // there is no such record; with a revision it stands inside another one
}

// newGroup needs s.mu, except in Open.
func (s *Store) newGroup() *group {
	g := &group{taken: make(chan struct{}), done: make(chan struct{}), results: make(chan struct{})}
	if n := len(s.spare); n > 0 {
		g.seen, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		g.seen = make(overlay)
	}
	return g
}

func (g *group) full() bool {
	return len(g.txs) >= maxGroupCount || g.bytes >= maxGroupBytes
}

// add appends a checked pending.
func (g *group) add(p *pending, known *revCache, f *filter) {
	for i := range p.checks {
		if c := &p.checks[i]; c.from >= 0 {
			p.delete(c.former[c.from].key)
		}
	}
	for i := range p.ops {
		o := &p.ops[i]
		if o.kind == opDeleteRange {
			known.forget()
			continue
		}
		if o.kind == opPut {
			f.put(&o.key)
		}
		if o.key.class() == classReviews {
			continue // only ever listed, and lists wait for the groups
		}
		if revised(o.key.class()) {
			known.put(&o.key, o.rev)
		}
		g.seen[o.key] = entry{val: p.value(o), rev: o.rev, gone: o.kind == opDelete || o.kind == opInside}
	}
	g.txs = append(g.txs, p)
	g.bytes += len(p.buf) + keyMax*len(p.ops)
	g.sync = g.sync || p.sync
}

// end tells all who wait. It needs s.mu and happens once.
func (g *group) end(err error) {
	if !g.ended {
		g.ended, g.err = true, err
		close(g.done)
		close(g.results)
	}
}

// wait returns once the group is on disk, or has failed.
func (g *group) wait(ctx context.Context) error { return g.waitFor(ctx, g.done) }

// waitFor waits for done or for results. Those who wait for results go first: the
// runtime runs next whom it woke last. It matters for receipts, of which a carrier
// has few under way and sends no more before these are acknowledged: behind some
// hundred senders each would wait for all of them.
func (g *group) waitFor(ctx context.Context, done chan struct{}) error {
	quit := ctx.Done()
	if quit == nil { // nobody gives up: a plain receive costs a third of a select
		<-done
		return g.err
	}
	select {
	case <-done:
		return g.err
	case <-quit:
		return fmt.Errorf("store: waiting for the disk: %w", ctx.Err())
	}
}

// join appends p to the current group, waiting for room in it. p belongs to
// the group afterwards; on an error it is released. Mostly its revisions are
// known, so that it is tried before any of them is read.
func (s *Store) join(ctx context.Context, p *pending) (*group, error) {
	for {
		g, taken, err := s.tryJoin(p)
		if g != nil {
			return g, nil
		}
		if err == nil && taken == nil {
			err = s.readRevisions(p)
		}
		if err == nil && taken != nil {
			select {
			case <-taken:
			case <-s.failed:
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			p.release()
			return nil, err
		}
	}
}

// tryJoin returns the group that p joined; or a channel to wait for when there
// was no room; or nothing when the revisions of p must be read again.
func (s *Store) tryJoin(p *pending) (joined *group, taken chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.failure != nil:
		return nil, nil, s.failure
	case s.closing:
		return nil, nil, store.ErrClosed
	case s.cur.full() && !(p.result && s.cur.bytes < maxResultBytes): // of results there are few, and a carrier waits for them
		return nil, s.cur.taken, nil
	}
	fresh, ok := s.checkRevisions(p)
	if !fresh {
		return nil, nil, nil
	}
	if !ok {
		return nil, nil, store.ErrConflict
	}
	g := s.cur
	first := len(g.txs) == 0
	if first {
		// Half of the bound is left for the sync itself.
		g.deadline = time.Now().Add(s.cfg.SyncWithin / 2)
	}
	news := first || p.sync && !g.sync
	g.add(p, s.revisions, s.filter)
	if news || g.full() {
		s.wakeCommitter()
	}
	return g, nil, nil
}

func (s *Store) wakeCommitter() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
