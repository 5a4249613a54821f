package replay

import "time"

// outcome is what is kept of a send until it is forgotten.
type outcome struct {
	id       uint64
	tenant   string
	seen     Seen
	at       int64 // in seconds since 1970
	allowed  bool
	approved bool
}

// awaiting holds the latest sends by the hash of their id: at most so many, and
// none that is older than keep.
type awaiting struct {
	size      int
	keep      int64     // in seconds
	ring      []outcome // of a power of two, from first on
	first, n  int
	at        map[uint64]int32 // where in ring
	forgotten int64            // that were too many
}

func newAwaiting(size int, keep time.Duration) *awaiting {
	return &awaiting{size: size, keep: int64(keep / time.Second), at: map[uint64]int32{}}
}

// add keeps a send. again says that its id is that of one before, whose
// outcomes are the later one's from now on.
func (a *awaiting) add(o outcome) (again bool) {
	for a.n > 0 && a.ring[a.first].at < o.at-a.keep {
		a.drop()
	}
	if a.n == a.size {
		a.drop()
		a.forgotten++
	}
	_, again = a.at[o.id]
	if a.n == len(a.ring) {
		a.grow()
	}
	i := (a.first + a.n) & (len(a.ring) - 1)
	a.ring[i], a.at[o.id] = o, int32(i)
	a.n++
	return again
}

// drop forgets the oldest.
func (a *awaiting) drop() {
	if old := a.ring[a.first].id; a.at[old] == int32(a.first) { // else a later one has its id
		delete(a.at, old)
	}
	a.first = (a.first + 1) & (len(a.ring) - 1)
	a.n--
}

func (a *awaiting) grow() {
	next := make([]outcome, max(64, 2*len(a.ring)))
	n := copy(next, a.ring[a.first:])
	copy(next[n:], a.ring[:a.first])
	for i := range a.n {
		if at := &next[i]; a.at[at.id] == int32((a.first+i)&(len(a.ring)-1)) {
			a.at[at.id] = int32(i)
		}
	}
	a.ring, a.first = next, 0
}

// find is a send by its id, nil when there was none or it is forgotten.
func (a *awaiting) find(id uint64) *outcome {
	i, ok := a.at[id]
	if !ok {
		return nil
	}
	return &a.ring[i]
}
