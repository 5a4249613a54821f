package pebblestore

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// Commit writes txs and returns once they are on disk.
func (s *Store) Commit(ctx context.Context, txs ...*store.Tx) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	start := time.Now()
	p, err := s.encode(ctx, txs...)
	if err != nil {
		return err
	}
	p.sync = true
	if !p.result { // which a carrier waits for
		if err := s.gate.enter(ctx); err != nil {
			p.release()
			return err
		}
		defer s.gate.leave()
	}
	if err := s.commit(ctx, p); err != nil {
		return err
	}
	s.metrics.duration.Observe(time.Since(start).Seconds())
	return nil
}

func (s *Store) commit(ctx context.Context, p *pending) error {
	result := p.result // p is the group's from here on
	g, err := s.join(ctx, p)
	if err != nil {
		return err
	}
	if result {
		return g.waitFor(ctx, g.results)
	}
	return g.wait(ctx)
}

// Write applies tx without waiting for the disk. It waits only for room in a
// group, of which there is more for results (maxResultBytes).
func (s *Store) Write(tx *store.Tx) error {
	p, err := s.encode(context.Background(), tx)
	if err != nil {
		return err
	}
	_, err = s.join(context.Background(), p)
	return err
}

// commitLoop is the committer.
func (s *Store) commitLoop() {
	defer s.done.Done()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		quit := false
		select {
		case <-s.wake:
		case <-timer.C:
		case <-s.failed:
			return
		case <-s.quit:
			quit = true
		}
		s.company()
		g, wait := s.take(quit)
		if g != nil {
			s.finish(g, s.apply(g))
			if quit {
				return
			}
			continue
		}
		if quit {
			return
		}
		if wait > 0 {
			timer.Reset(wait)
		}
	}
}

// The committer lets others go first so many times at most, and not for a group
// that is large enough: with hundreds ready to run it would wait for all of them.
const (
	maxCompany  = 2
	enoughGroup = 16
)

// company lets those who are ready to run join the group, as long as some do: a
// group of many costs hardly more than a group of one. With nobody else to run
// it costs a fraction of a microsecond.
func (s *Store) company() {
	for before, n := -1, 0; n < maxCompany; n++ {
		s.mu.Lock()
		now := len(s.cur.txs)
		s.mu.Unlock()
		if now == before || now >= enoughGroup {
			return
		}
		before = now
		runtime.Gosched()
	}
}

// take makes the current group the one in flight when it is due, or says how
// long it may wait.
func (s *Store) take(now bool) (*group, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.cur
	if len(g.txs) == 0 || s.failure != nil {
		return nil, 0
	}
	if wait := time.Until(g.deadline); wait > 0 && !now && !g.sync && !g.full() {
		return nil, wait
	}
	s.inflight, s.cur = g, s.newGroup()
	close(g.taken)
	return g, 0
}

// apply writes a group as one batch and syncs it.
func (s *Store) apply(g *group) (err error) {
	defer func() {
		if v := recover(); v != nil { // pebble panics when its log is broken
			err = fmt.Errorf("%v", v)
		}
	}()
	batch := s.db.NewBatchWithSize(g.bytes+16*len(g.txs)*4, pebble.WithMaxRetainedSizeBytes(maxKeptBatch))
	if err := g.appendTo(batch); err != nil {
		return err
	}
	s.metrics.group.Observe(float64(len(g.txs)))
	s.metrics.bytes.Add(float64(batch.Len()))
	// Not Apply: for it a failed sync is fatal to the process before
	// anybody here was told.
	if err := s.db.ApplyNoSyncWait(batch, pebble.Sync); err != nil {
		return err
	}
	if err := batch.SyncWait(); err != nil {
		return err
	}
	return batch.Close()
}

// appendTo adds the writes class by class, each in the order in which it came:
// neighbours in the batch are then neighbours in the memtable, which finds the
// next place from the former one.
func (g *group) appendTo(b *pebble.Batch) error {
	for _, class := range []byte(classes) {
		for _, p := range g.txs {
			if err := p.appendTo(b, class); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pending) appendTo(b *pebble.Batch, class byte) (err error) {
	for i := range p.ops {
		o := &p.ops[i]
		if o.key.class() != class {
			continue
		}
		switch o.kind {
		case opPut:
			err = b.Set(o.key.bytes(), p.value(o), nil)
		case opDelete:
			err = b.Delete(o.key.bytes(), nil)
		case opDeleteRange:
			err = b.DeleteRange(o.key.bytes(), p.value(o), nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish retires an applied group and wakes its waiters, or fails the store.
func (s *Store) finish(g *group, err error) {
	if err != nil {
		s.fail(err)
		return
	}
	for _, p := range g.txs {
		s.claims.end(p.claims)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inflight = nil
	s.epoch++
	s.retired = append(s.retired, g.seen)
	if len(s.retired) > maxRetired {
		oldest := s.retired[0]
		clear(oldest)
		s.spare = append(s.spare, oldest)
		s.retired = append(s.retired[:0], s.retired[1:]...)
	}
	for _, p := range g.txs {
		p.release()
	}
	g.end(nil)
	if len(s.cur.txs) > 0 {
		s.wakeCommitter()
	}
}

// settle waits until all that was written before it is applied, for reads
// that go over the database alone.
func (s *Store) settle(ctx context.Context) error {
	s.mu.Lock()
	g, inflight := s.cur, s.inflight
	if len(g.txs) == 0 {
		g = inflight
	} else if !g.sync {
		g.sync = true
		s.wakeCommitter()
	}
	s.mu.Unlock()
	if g == nil {
		return nil
	}
	return g.wait(ctx)
}
