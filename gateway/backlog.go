package gateway

import (
	"time"

	"tollgate/gateway/store"
)

// backlog lists messages that stand in the store alone: one-time codes and texts,
// each with the earliest deadline first.
type backlog [2]waitingHeap

// waiting is a message of a backlog.
type waiting struct {
	id    store.ID
	order uint64 // see orderOf
}

const backlogBytes = 832 // what one counts against the queue's octets

func (b *backlog) len() int { return len(b[0]) + len(b[1]) }

func (b *backlog) add(w waiting) { b[w.order>>63].push(w) }

// first is the list whose head goes first; nil when there is none.
func (b *backlog) first() *waitingHeap {
	for i := range b {
		if len(b[i]) > 0 {
			return &b[i]
		}
	}
	return nil
}

// overdue is a list whose head's time is over, nil when there is none.
func (b *backlog) overdue(now time.Time) *waitingHeap {
	for i := range b {
		if len(b[i]) > 0 && b[i][0].order&^textBit <= uint64(now.UnixNano()) {
			return &b[i]
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
