package gateway

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/btree"

	"tollgate/gateway/store"
)

// backlog lists messages that stand in the store alone: one-time codes and texts,
// each with the earliest deadline first. One that could not be read steps aside, so
// that the others pass it, and comes back to its place some seconds later. A message
// stands in it once.
type backlog struct {
	lists [2]*btree.BTreeG[waiting] // nil when empty
	ages  ages                      // of what stands in them
	aside map[store.ID]setAside
	back  []comeBack // when those aside come back, the first in front; some have been taken out since
}

// waiting is a message of a backlog.
type waiting struct {
	id    store.ID
	order uint64 // see orderOf
	since int64  // Unix seconds; not what it is found by
}

func waitingFor(m *store.Message, since time.Time) waiting {
	w := placeOf(m)
	w.since = since.Unix()
	return w
}

// placeOf finds a message however long it has waited.
func placeOf(m *store.Message) waiting { return waiting{id: m.ID, order: orderOf(m.Kind, m.ExpiresAt)} }

// before is the order in which they go; the ID makes it a strict one.
func (w waiting) before(other waiting) bool {
	if w.order != other.order {
		return w.order < other.order
	}
	return bytes.Compare(w.id[:], other.id[:]) < 0
}

// deadline is when its time is over.
func (w waiting) deadline() time.Time { return time.UnixMilli(int64(w.order &^ textBit)) }

// setAside is a message that could not be read, and when it is tried again.
type setAside struct {
	waiting
	again time.Time
}

// comeBack is when a message that was set aside comes back.
type comeBack struct {
	id store.ID
	at time.Time
}

const (
	backlogBytes  = 96 // what one counts against the queue's octets: what it takes in memory
	backlogDegree = 32
)

func (b *backlog) len() (n int) {
	for _, list := range b.lists {
		if list != nil {
			n += list.Len()
		}
	}
	return n + len(b.aside)
}

// add lists w; false when it was there already, and is there with this age now.
func (b *backlog) add(w waiting) bool {
	was := b.remove(w)
	list := &b.lists[w.order>>63]
	if *list == nil {
		*list = btree.NewG(backlogDegree, waiting.before)
	}
	(*list).ReplaceOrInsert(w)
	b.ages.add(w.since, 1)
	return !was
}

// remove takes w out wherever it stands; false when it is not there.
func (b *backlog) remove(w waiting) bool {
	list := &b.lists[w.order>>63]
	if *list != nil {
		if w, ok := (*list).Delete(w); ok {
			b.ages.add(w.since, -1)
			if (*list).Len() == 0 {
				*list = nil // what a long one took
			}
			return true
		}
	}
	_, was := b.aside[w.id]
	delete(b.aside, w.id)
	return was
}

// first is the one that goes first; false when there is none.
func (b *backlog) first() (w waiting, ok bool) {
	for _, list := range b.lists {
		if list != nil {
			return list.Min()
		}
	}
	return w, false
}

// after is the one that stands behind w, whether w is there or not; false when there
// is none.
func (b *backlog) after(w waiting) (next waiting, ok bool) {
	for _, list := range b.lists[w.order>>63:] {
		if list == nil {
			continue
		}
		list.AscendGreaterOrEqual(w, func(x waiting) bool {
			if x.id != w.id {
				next, ok = x, true
			}
			return !ok
		})
		if ok {
			return next, true
		}
	}
	return waiting{}, false
}

// overdue is one whose time is over; false when there is none.
func (b *backlog) overdue(now time.Time) (w waiting, ok bool) {
	for _, list := range b.lists {
		if list == nil {
			continue
		}
		if w, _ = list.Min(); !now.Before(w.deadline()) {
			return w, true
		}
	}
	return w, false
}

// setAside keeps w out of its list until then, which is no earlier than for the last;
// false when it was there already.
func (b *backlog) setAside(w waiting, until time.Time) bool {
	was := b.remove(w)
	if b.aside == nil {
		b.aside = map[store.ID]setAside{}
	}
	b.aside[w.id] = setAside{w, until}
	b.back = append(b.back, comeBack{w.id, until})
	return !was
}

// resume puts those back whose time aside is over.
func (b *backlog) resume(now time.Time) {
	for len(b.back) > 0 && !now.Before(b.back[0].at) {
		if s, ok := b.aside[b.back[0].id]; ok && !now.Before(s.again) {
			b.add(s.waiting)
		}
		b.back = b.back[1:]
	}
}

// ages counts messages by the second since which they wait, the earliest in front.
type ages []age

type age struct {
	since int64
	n     int
}

func (a *ages) add(since int64, n int) {
	i, known := slices.BinarySearchFunc(*a, since, func(e age, since int64) int { return cmp.Compare(e.since, since) })
	if !known {
		*a = slices.Insert(*a, i, age{since: since})
	}
	if (*a)[i].n += n; (*a)[i].n == 0 {
		*a = slices.Delete(*a, i, i+1)
	}
}

// oldest is since when the first one waits; zero when there is none.
func (a ages) oldest() (t time.Time) {
	if len(a) > 0 {
		t = time.Unix(a[0].since, 0)
	}
	return t
}
