package replay

// outcome is what is kept of a send until it is forgotten.
type outcome struct {
	id       uint64
	tenant   string
	seen     Seen
	allowed  bool
	approved bool
}

// awaiting holds the latest sends by the hash of their id; when it is full the
// oldest is forgotten.
type awaiting struct {
	size      int
	ring      []outcome
	next      int
	at        map[uint64]int32
	forgotten int64
}

func newAwaiting(size int) *awaiting { return &awaiting{size: size, at: map[uint64]int32{}} }

// add keeps a send. again says that its id is that of one before, whose
// outcomes are the later one's from now on.
func (a *awaiting) add(o outcome) (again bool) {
	_, again = a.at[o.id]
	i := len(a.ring)
	if i < a.size {
		a.ring = append(a.ring, o)
	} else {
		i = a.next
		a.next = (i + 1) % a.size
		if old := a.ring[i].id; a.at[old] == int32(i) {
			delete(a.at, old)
		}
		a.forgotten++
		a.ring[i] = o
	}
	a.at[o.id] = int32(i)
	return again
}

// find is a send by its id, nil when there was none or it is forgotten.
func (a *awaiting) find(id uint64) *outcome {
	i, ok := a.at[id]
	if !ok {
		return nil
	}
	return &a.ring[i]
}
