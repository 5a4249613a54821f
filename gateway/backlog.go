package gateway

import (
	"time"

	"tollgate/gateway/store"
)

// backlog lists messages that stand in the store alone: one-time codes and texts,
// each with the earliest deadline first. One that could not be read steps aside, so
// that the others pass it, and comes back to its place some seconds later.
type backlog struct {
	lists [2]waitingHeap
	aside []setAside // the one that comes back first in front
}

// waiting is a message of a backlog.
type waiting struct {
	id    store.ID
	order uint64 // see orderOf
}

// deadline is when its time is over.
func (w waiting) deadline() time.Time { return time.Unix(0, int64(w.order&^textBit)) }

// setAside is a message that could not be read, and when it is tried again.
type setAside struct {
	waiting
	again time.Time
}

const backlogBytes = 832 // what one counts against the queue's octets

func (b *backlog) len() int { return len(b.lists[0]) + len(b.lists[1]) + len(b.aside) }

func (b *backlog) add(w waiting) { b.lists[w.order>>63].push(w) }

// setAside keeps w out of its list until then, which is no earlier than for the last.
func (b *backlog) setAside(w waiting, until time.Time) {
	b.aside = append(b.aside, setAside{w, until})
}

// resume puts those back whose time aside is over.
func (b *backlog) resume(now time.Time) {
	for len(b.aside) > 0 && !now.Before(b.aside[0].again) {
		b.add(b.aside[0].waiting)
		b.aside = b.aside[1:]
	}
}

// first is the list whose head goes first; nil when there is none.
func (b *backlog) first() *waitingHeap {
	for i := range b.lists {
		if list := &b.lists[i]; len(*list) > 0 {
			return list
		}
	}
	return nil
}

// overdue is a list whose head's time is over, nil when there is none.
func (b *backlog) overdue(now time.Time) *waitingHeap {
	for i := range b.lists {
		if list := &b.lists[i]; len(*list) > 0 && !now.Before((*list)[0].deadline()) {
			return list
		}
	}
	return nil
}

// waitingHeap has the earliest in front. One that is later than all others is put in
// without a move, and mostly they are.
type waitingHeap []waiting

func (h *waitingHeap) push(w waiting) {
	list := append(*h, w)
	i := len(list) - 1
	for parent := (i - 1) / 2; i > 0 && w.order < list[parent].order; parent = (i - 1) / 2 {
		list[i] = list[parent]
		i = parent
	}
	list[i] = w
	*h = list
}

func (h *waitingHeap) pop() waiting {
	list := *h
	top, last := list[0], list[len(list)-1]
	list = list[:len(list)-1]
	*h = list
	if len(list) == 0 {
		*h = nil // what a long one took
		return top
	}
	i := 0
	for child := 1; child < len(list); child = 2*i + 1 {
		if child+1 < len(list) && list[child+1].order < list[child].order {
			child++
		}
		if last.order <= list[child].order {
			break
		}
		list[i] = list[child]
		i = child
	}
	list[i] = last
	return top
}
