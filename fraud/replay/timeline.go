package replay

import "time"

// timelineSlots bounds a timeline; when it is full, its slots are made twice as
// wide.
const timelineSlots = 128

// timeline counts allowed and refused sends over time.
type timeline struct {
	start, width int64 // in seconds, start since 1970
	slots        []slot
}

type slot struct{ allowed, refused int32 }

func (t *timeline) add(at time.Time, allowed bool) {
	now := at.Unix()
	if t.slots == nil {
		t.start, t.width = now, 1
	}
	for now-t.start >= timelineSlots*t.width {
		t.widen()
	}
	i := int(max(0, now-t.start) / t.width)
	for len(t.slots) <= i {
		t.slots = append(t.slots, slot{})
	}
	if allowed {
		t.slots[i].allowed++
	} else {
		t.slots[i].refused++
	}
}

func (t *timeline) widen() {
	t.width *= 2
	half := t.slots[:(len(t.slots)+1)/2]
	for i := range half {
		s := t.slots[2*i]
		if 2*i+1 < len(t.slots) {
			s.allowed += t.slots[2*i+1].allowed
			s.refused += t.slots[2*i+1].refused
		}
		half[i] = s
	}
	t.slots = half
}
