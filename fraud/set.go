package fraud

// maxSignals bounds the catalog, so that the findings of a decision fit on the
// stack and a set of signals into two words.
const maxSignals = 128

// set is signals by their place in the catalog.
type set [maxSignals / 64]uint64

var noSignals set

func (s *set) add(i uint)     { s[i/64] |= 1 << (i % 64) }
func (s *set) drop(i uint)    { s[i/64] &^= 1 << (i % 64) }
func (s set) has(i uint) bool { return s[i/64]&(1<<(i%64)) != 0 }

// all says that s has all of o.
func (s set) all(o set) bool { return s[0]&o[0] == o[0] && s[1]&o[1] == o[1] }

// any says that s has one of o.
func (s set) any(o set) bool { return s[0]&o[0] != 0 || s[1]&o[1] != 0 }
