package window

// A code that nobody typed in is evidence that grows with its age: at each of
// these ages, in seconds, one that is still unanswered counts a step more.
var checkpoints = [...]uint32{20, 60, 150, 300, 600}

// routeAt is the checkpoint at which a code that nobody typed in is missing at
// its route.
const routeAt = 2

// pending is a send whose outcome is awaited. Its keys are made anew from it
// when an outcome comes.
type pending struct {
	keyed
	id       uint64
	at       uint32
	usual    float32 // the chance that such a code is typed in, in the end
	due      float32 // the same for the tenant as a whole
	told     float32 // evidence that its unanswered age has given so far, nats
	stage    uint8   // checkpoints passed
	state    uint8
	received bool   // its receipt came
	judged   bool   // a person said what it was
	lost     bool   // it failed, as everybody's do: no approval is owed
	route    uint64 // the carrier that took it, or usually does; 0 not known
	trusted  bool   // counts for what is usual
	newcomer bool   // counts for its ranges
	known    bool   // the number was verified before
	first    uint64 // the send of the same number that counts instead of this one, 0: this one
}

// States of a pending send.
const (
	awaited uint8 = iota
	approvedState
	lateState // somebody came back when it had expired
	withdrawn // says nothing about the range: it was never delivered, for everybody
)

// waiting is a ring of pending sends in the order of their times, with a
// cursor for each checkpoint: since each age is the same for all, the sends
// pass it in the order in which they came. When it is full the oldest leave,
// with what evidence their last checkpoints would have given.
type waiting struct {
	ring    []pending
	mask    uint64
	next    uint64 // sends ever taken
	cursors [len(checkpoints)]uint64
	index   []uint32 // by id: place in the ring plus 1
	lost    uint64   // sends that left before their last checkpoint
}

func newWaiting(n int) *waiting {
	size := 1
	for size < n {
		size *= 2
	}
	return &waiting{ring: make([]pending, size), mask: uint64(size - 1), index: make([]uint32, 2*size)}
}

// add takes a send into the ring.
func (w *waiting) add(p *pending) {
	place := w.next & w.mask
	if first := w.next - w.mask; w.next > w.mask && w.cursors[len(checkpoints)-1] < first {
		w.lost++
		for i := range w.cursors {
			w.cursors[i] = max(w.cursors[i], first)
		}
	}
	w.ring[place] = *p
	w.next++
	w.index[w.probe(p.id)] = uint32(place) + 1
}

// probes is how many places of the index an id may stand in.
const probes = 8

// probe finds the place for an id: its own, an empty or outdated one, else the
// first.
func (w *waiting) probe(id uint64) uint64 {
	first := mix(id) & uint64(len(w.index)-1)
	free := first
	found := false
	for i := range uint64(probes) {
		at := (first + i) & uint64(len(w.index)-1)
		e := w.index[at]
		if e != 0 && w.ring[e-1].id == id {
			return at
		}
		if !found && (e == 0 || w.moved(e-1, at)) {
			free, found = at, true
		}
	}
	return free
}

// moved says that the send in a place of the ring is not one that the index
// holds at at: its place was taken by a later send.
func (w *waiting) moved(place uint32, at uint64) bool {
	first := mix(w.ring[place].id) & uint64(len(w.index)-1)
	return (at-first)&uint64(len(w.index)-1) >= probes
}

// find returns the pending send of an id, nil when there is none.
func (w *waiting) find(id uint64) *pending {
	first := mix(id) & uint64(len(w.index)-1)
	for i := range uint64(probes) {
		if e := w.index[(first+i)&uint64(len(w.index)-1)]; e != 0 && w.ring[e-1].id == id {
			return &w.ring[e-1]
		}
	}
	return nil
}
