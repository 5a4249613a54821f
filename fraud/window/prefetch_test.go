package window

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// What is fetched is the cell that is looked up next: a key's own, or the one
// that it takes from another.
func TestFetchedCellIsTheOneUsed(t *testing.T) {
	const ttl = 500
	table, rng := newTable[block](4096, ttl), rand.New(rand.NewPCG(1, 2))
	held, taken := 0, 0
	for now := uint32(1); now < 20_000; now++ { // full, with stale cells in it
		key := mix(rng.Uint64N(8000))
		var s, peeked sought
		table.seek(key, &s)
		table.seekKnown(key, &peeked)
		s.fetchHeads()
		s.fetchCells(now)
		way, known := s.keys[0].way(now), peeked.keys[0].way(now)
		cell, sh := table.at(key, now)
		is := sh.was != 0
		sh.mu.Unlock()
		if got := s.keys[0].cells + uintptr(way)*unsafe.Sizeof(*cell); got != uintptr(unsafe.Pointer(cell)) || s.lines[0] != got {
			t.Fatalf("key %x at %d: cell %#x is fetched, %p is used", key, now, got, cell)
		}
		if is != (known >= 0) || is && known != way {
			t.Fatalf("key %x at %d: known %v, but its cell to read is %d of %d", key, now, is, known, way)
		}
		if is {
			held++
		} else {
			taken++
		}
	}
	if held < 1000 || taken < 1000 {
		t.Errorf("%d keys held their cells, %d took one: too few of either to tell", held, taken)
	}
}

// Of more keys than there is room for the rest is fetched late, and no key is
// none.
func TestSoughtIsBounded(t *testing.T) {
	table := newTable[flow](64, 10)
	var s sought
	table.seek(0, &s)
	s.fetchHeads()
	s.fetchCells(1)
	if s.n != 0 {
		t.Errorf("%d keys sought, want none", s.n)
	}
	for i := range uint64(3 * soughtMost) {
		table.seek(mix(i), &s)
	}
	s.fetchHeads()
	s.fetchCells(1)
	if s.n != soughtMost {
		t.Errorf("%d keys sought, want %d", s.n, soughtMost)
	}
}

// The most frequent cell by far is one cache line, so that it never lies in two.
func TestFlowIsALine(t *testing.T) {
	table := newTable[flow](1<<14, 10)
	if size, off := unsafe.Sizeof(flow{}), uintptr(unsafe.Pointer(&table.shards[1].cells[0]))%lineSize; size != lineSize || off != 0 {
		t.Errorf("a flow has %d octets, the first one is %d into a line of %d", size, off, lineSize)
	}
}

// A send's keys all find room.
func TestSoughtOfASend(t *testing.T) {
	v := New(small)
	k := keyed{tenant: 1, digits: 49_170_123_4567, country: 2, network: 3, account: 4, device: 5, client: 6, agent: 7, ip: 8, net: 9, class: 10, asn: 11}
	for name, seek := range map[string]func(*keyed, *sought){"send": v.seekSend, "outcome": v.seekOutcome, "receipt": v.seekReceipt} {
		var s sought
		if seek(&k, &s); s.n == 0 || s.n >= soughtMost {
			t.Errorf("%s: %d keys, there is room for %d", name, s.n, soughtMost)
		}
	}
}
