package window

import "unsafe"

// sought is keys that are about to be looked up. The tables are far larger than
// the cache: each key's heads, and then its cell, come from memory, which takes
// longer than all that is done with them. The keys of a send are known before the
// first one is needed, so that their lines can come all at once: first those of
// the heads, then those of the cells that the heads name. What is fetched in vain,
// or pushed out again before its use, costs time and changes nothing.
//
// With huge pages it takes BenchmarkSendLarge from 11.3 to 3.7 us, BenchmarkLifeLarge
// from 25.9 to 12.1 and BenchmarkSendAll from 4.3 to 2.8.
type sought struct {
	n     int
	keys  [soughtMost]place
	lines [2 * soughtMost]uintptr
}

const (
	soughtMost = 24
	lineSize   = 64
)

// place is where a key is looked up.
type place struct {
	heads    *[ways]head
	cells    uintptr // address of the bucket's first one
	size     uint32  // of a cell
	tag, ttl uint32
	known    bool // the key is read where it is known, and else takes no cell
}

// seek adds a key that is going to be counted; 0 is none. Beyond soughtMost, and
// forgotten here, a key is only slower.
func (t *table[C]) seek(hash uint64, s *sought) { t.add(hash, false, s) }

// seekKnown adds a key that is going to be read, if it is there.
func (t *table[C]) seekKnown(hash uint64, s *sought) { t.add(hash, true, s) }

func (t *table[C]) add(hash uint64, known bool, s *sought) {
	if hash == 0 || s.n == soughtMost {
		return
	}
	sh, first, tag := t.bucket(hash)
	cell := &sh.cells[first]
	s.keys[s.n] = place{
		heads: (*[ways]head)(sh.heads[first:]), cells: uintptr(unsafe.Pointer(cell)), size: uint32(unsafe.Sizeof(*cell)),
		tag: tag, ttl: t.ttl, known: known,
	}
	s.n++
}

// fetchHeads asks for the heads of all keys.
func (s *sought) fetchHeads() {
	for i := range s.n {
		s.lines[i] = uintptr(unsafe.Pointer(s.keys[i].heads))
	}
	prefetch(&s.lines[0], s.n)
}

// fetchCells asks for the cells of all keys, some time after their heads.
func (s *sought) fetchCells(now uint32) {
	n := 0
	for i := range s.n {
		p := &s.keys[i]
		way := p.way(now)
		if way < 0 {
			continue
		}
		cell := p.cells + uintptr(way)*uintptr(p.size)
		s.lines[n] = cell
		n++
		if last := cell + uintptr(p.size) - 1; last/lineSize != cell/lineSize {
			s.lines[n] = last
			n++
		}
	}
	prefetch(&s.lines[0], n)
}

// way is which cell of its bucket a key has or will take, as it looks without the
// shard's lock; -1: none.
func (p *place) way(now uint32) int {
	heads := glance(p.heads)
	way := find(&heads, p.tag, p.ttl, now)
	if way < 0 && !p.known {
		way = victim(&heads, p.ttl, now)
	}
	return way
}

// glance reads heads while others may write them: what comes of it is a hint, and
// nothing else.
//
//go:norace
func glance(heads *[ways]head) [ways]head { return *heads }
