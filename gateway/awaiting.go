package gateway

import (
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

	mu   sync.Mutex
	kept []store.ID             // in memory, and earlier than the list; what prune found open
	list []store.ID             // in memory, and some that have ended
	disk map[store.ID]time.Time // paged out, and when they are given up
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
	a.mu.Lock()
	defer a.mu.Unlock()
	_, was := a.disk[id]
	if was {
		a.paged.Add(-1)
		delete(a.disk, id)
	}
	return was
}

// until is when a message on disk is given up; false when it is not there.
func (a *awaiting) until(id store.ID) (time.Time, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.disk[id]
	return t, ok
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
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.dirty { // its turn comes again
		a.list = append(a.list, f.msg.ID)
		return
	}
	a.disk[f.msg.ID] = f.msg.ExpiresAt.Add(d.cfg.ReceiptWait)
	a.paged.Add(1)
	a.n.Add(-1)
	f.paged = true
	d.flights.remove(f.msg.ID)
}
