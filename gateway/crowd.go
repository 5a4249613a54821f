package gateway

import (
	"slices"

	"tollgate/gateway/route"
)

// Messages come to a queue past its bound from a carrier that lost its bind, or that
// refuses all it is given, and from cancels that came too late. The writer pages out
// what is too much of them: what it has written is in the store as it is in memory.

// crowdAtOnce bounds what is paged out of one queue between two batches.
const crowdAtOnce = 4096

// relieve has the writer look at a queue that has become too long.
func (d *Dispatcher) relieve(carrier string) {
	if l := d.lanes[carrier]; l != nil && l.queue.crowded(2*d.cfg.Resident+1) {
		d.writer.signal(d.writer.wake)
	}
}

// pageCrowds pages out what the queues hold above twice Resident, the most that
// nextPaged lets be in memory. It runs on the writer's goroutine between two batches.
func (d *Dispatcher) pageCrowds() {
	for _, l := range d.lanes {
		paged := 0
		for _, e := range l.queue.tooMany(2*d.cfg.Resident, crowdAtOnce) {
			if d.pageQueued(e, l) {
				paged++
			}
		}
		if paged > 0 {
			d.relieve(l.name) // there may be more
		}
	}
}

// pageQueued leaves a message of l's queue to the store; false when it has been taken
// meanwhile, or when its state is not in the store yet: a later round finds it again.
func (d *Dispatcher) pageQueued(e *entry, l *lane) bool {
	f := e.f
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.dirty || f.entry != e || !l.queue.remove(e) {
		return false
	}
	f.entry = nil
	d.pageOut(f, l, e.since)
	return true
}

// tooMany are messages above a bound, so many at most, from the end of the heap: none
// that goes first, though not always those that go last.
func (q *queue) tooMany(bound, most int) (list []*entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.ready)
	for _, p := range q.ready[n-min(most, max(0, n-bound)):] {
		list = append(list, p.e)
	}
	return list
}

// tried has a message that is read back within the run that tried it go on about where
// it was: the carrier that had the last attempt comes last, if another one can take it.
func (d *Dispatcher) tried(f *flight) {
	i := slices.IndexFunc(f.plan, func(c route.Choice) bool { return c.Carrier == f.d.Carrier })
	if i < 0 {
		return
	}
	last := f.plan[i]
	others := slices.Delete(slices.Clone(f.plan), i, i+1)
	if slices.ContainsFunc(others, d.works) {
		f.plan = append(others, last)
	}
}
