package gateway

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// awaiting are the submitted messages whose receipts are to come, by age.
type awaiting struct {
	n     atomic.Int64 // in memory
	paged atomic.Int64 // on disk

	disk *pagedTable // paged out

	mu   sync.Mutex
	kept []store.ID // in memory, and earlier than the list; what prune found open
	list []store.ID // in memory, and some that have ended
}

func (a *awaiting) add(id store.ID) {
	a.n.Add(1)
	a.mu.Lock()
	a.list = append(a.list, id)
	a.mu.Unlock()
}

func (a *awaiting) count() int64 { return a.n.Load() + a.paged.Load() }

func (a *awaiting) pagedOut() int { return int(a.paged.Load()) }

// len is that of both lists.
func (a *awaiting) len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.kept) + len(a.list)
}

// woken says that id was paged out, and notes that it is no more.
func (a *awaiting) woken(id store.ID) bool {
	was, counted := a.disk.take(id)
	if counted {
		a.paged.Add(-1)
	}
	return was
}

// leave has id not count any more, though its receipt may still come.
func (a *awaiting) leave(id store.ID) {
	if a.disk.leave(id) {
		a.paged.Add(-1)
	}
}

// oldest takes out the earliest one of the lists. This and prune are the writer's.
func (a *awaiting) oldest() (id store.ID, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	from := &a.list
	if len(a.kept) > 0 {
		from = &a.kept
	}
	if len(*from) == 0 {
		return id, false
	}
	id = (*from)[0]
	*from = (*from)[1:]
	return id, true
}

// pruneAtOnce bounds what one call of prune looks at: some hundred messages are
// submitted between two calls, so that it is always ahead of them.
const pruneAtOnce = 4096

// prune drops what has ended, a piece at a time, once the lists have grown long behind
// some that have not. Receipts and responses wait for the lock: nothing is looked up
// under it.
func (a *awaiting) prune(max int, open func(store.ID) bool) {
	piece := a.piece(max)
	if len(piece) == 0 {
		return
	}
	piece = slices.DeleteFunc(piece, func(id store.ID) bool { return !open(id) })
	a.mu.Lock()
	a.kept = append(a.kept, piece...)
	a.mu.Unlock()
}

// piece takes the front off the list that prune has not been through.
func (a *awaiting) piece(max int) []store.ID {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.kept)+len(a.list) <= max {
		return nil
	}
	if len(a.list) == 0 { // once more from the beginning
		a.kept, a.list = nil, a.kept
	}
	n := min(pruneAtOnce, len(a.list))
	piece := a.list[:n:n]
	a.list = a.list[n:]
	return piece
}

// pageAwaiting pages out those that have waited longest for their receipts. It runs
// on the writer's goroutine between two batches: what is not dirty is then in the
// store.
func (d *Dispatcher) pageAwaiting() {
	a := &d.awaiting
	a.prune(4*d.cfg.ResidentAwaiting, func(id store.ID) bool { return d.flights.get(id) != nil })
	for tries := a.len(); a.n.Load() > int64(d.cfg.ResidentAwaiting) && tries > 0; tries-- {
		id, ok := a.oldest()
		if !ok {
			return
		}
		if f := d.flights.get(id); f != nil {
			d.pageOneAwaiting(f)
		}
	}
}

func (d *Dispatcher) pageOneAwaiting(f *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.paged || f.d.Status != store.Submitted {
		return
	}
	a := &d.awaiting
	if f.dirty { // its turn comes again
		a.mu.Lock()
		a.list = append(a.list, f.msg.ID)
		a.mu.Unlock()
		return
	}
	a.disk.put(f.msg.ID, d.givenUpAt(f.msg))
	a.paged.Add(1)
	a.n.Add(-1)
	f.paged = true
	d.flights.remove(f.msg.ID)
}

// pagedTable knows when the messages on disk are given up.
type pagedTable struct {
	shards [256]struct {
		mu sync.Mutex
		at map[store.ID]int64 // Unix milliseconds; neverDue: it does not count
	}
	next int // the shard that overdue looks at next
}

// neverDue is that of a message which cannot be read, and is not to be given up again.
const neverDue = math.MaxInt64

func newPagedTable() *pagedTable {
	t := &pagedTable{}
	for i := range t.shards {
		t.shards[i].at = map[store.ID]int64{}
	}
	return t
}

func (t *pagedTable) put(id store.ID, at time.Time) {
	s := &t.shards[id[15]] // it is random
	s.mu.Lock()
	s.at[id] = at.UnixMilli()
	s.mu.Unlock()
}

// postpone is put for what is still there.
func (t *pagedTable) postpone(id store.ID, at time.Time) {
	s := &t.shards[id[15]]
	s.mu.Lock()
	defer s.mu.Unlock()
	if was, ok := s.at[id]; ok && was != neverDue {
		s.at[id] = at.UnixMilli()
	}
}

// leave has id stay, and not be overdue again; false when it is not there, or has been
// left already.
func (t *pagedTable) leave(id store.ID) bool {
	s := &t.shards[id[15]]
	s.mu.Lock()
	defer s.mu.Unlock()
	was, ok := s.at[id]
	if ok {
		s.at[id] = neverDue
	}
	return ok && was != neverDue
}

// take takes id out, and says whether it was there, and whether it counted.
func (t *pagedTable) take(id store.ID) (was, counted bool) {
	s := &t.shards[id[15]]
	s.mu.Lock()
	defer s.mu.Unlock()
	at, was := s.at[id]
	delete(s.at, id)
	return was, was && at != neverDue
}

// overdue appends those that are to be given up, of the next part of the table. One
// goroutine alone calls it.
func (t *pagedTable) overdue(now time.Time, due []store.ID) []store.ID {
	seen := 0
	for i := 0; i < len(t.shards) && seen < scanAtOnce; i++ {
		s := &t.shards[t.next]
		t.next = (t.next + 1) % len(t.shards)
		s.mu.Lock()
		for id, at := range s.at {
			if now.UnixMilli() >= at {
				due = append(due, id)
			}
		}
		seen += len(s.at)
		s.mu.Unlock()
	}
	return due
}
