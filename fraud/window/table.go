package window

import (
	"math/bits"
	"sync"
	"unsafe"
)

const (
	shardCount = 64
	ways       = 8 // cells in a bucket: their heads fill one cache line

	// Each time that a key counted makes it pass for so many seconds younger
	// when a place is needed, up to 255 times.
	secondsPerHit = 8

	// hugeFrom is the size of a table, in octets, from which it gets huge pages.
	// Those of a server's default size are smaller: they gain nothing, and so their
	// memory is taken as they fill.
	hugeFrom = 20 << 20
)

// table holds cells of one kind by hashed key: buckets of eight in flat
// arrays, heads apart from bodies so that a look-up reads one line of heads.
type table[C any] struct {
	ttl     uint32
	buckets uint64 // of a shard, a power of two
	shards  [shardCount]shard[C]
}

type shard[C any] struct {
	lock
	heads []head
	cells []C
}

// lock is a shard's lock, and when the cell that it was taken for was last
// used: 0 for a new one.
type lock struct {
	mu  sync.Mutex
	was uint32
}

// head names the key in a cell and when it was last used; second 0 is an empty
// cell.
type head struct {
	tag  uint32 // 24 bits of the key's hash, 8 bits of hits
	last uint32
}

func newTable[C any](keys int, ttl uint32) *table[C] {
	perShard := max(1, (keys+shardCount*ways-1)/(shardCount*ways))
	t := &table[C]{ttl: ttl, buckets: 1 << bits.Len(uint(perShard-1))}
	n := t.buckets * ways
	heads, cells := make([]head, shardCount*n), make([]C, shardCount*n)
	if shardCount*n*(uint64(unsafe.Sizeof(heads[0])+unsafe.Sizeof(cells[0]))) >= hugeFrom {
		hugePages(heads)
		hugePages(cells)
	}
	for i := range t.shards {
		of := uint64(i) * n
		t.shards[i].heads, t.shards[i].cells = heads[of:of+n:of+n], cells[of:of+n:of+n]
	}
	return t
}

// at returns the key's cell, a zero one if it has none, and its shard's lock,
// held: the caller unlocks it when done with the cell. lock.was is when the
// cell was last used.
func (t *table[C]) at(hash uint64, now uint32) (*C, *lock) {
	sh, first, tag := t.bucket(hash)
	sh.mu.Lock()
	heads := (*[ways]head)(sh.heads[first:])
	if i := find(heads, tag, t.ttl, now); i >= 0 {
		h := &heads[i]
		sh.was = h.last
		h.last = max(h.last, now)
		if h.tag>>24 != 255 {
			h.tag += 1 << 24
		}
		return &sh.cells[first+uint64(i)], &sh.lock
	}
	i := victim(heads, t.ttl, now)
	heads[i] = head{tag: tag, last: now}
	c := &sh.cells[first+uint64(i)]
	var zero C
	*c = zero
	sh.was = 0
	return c, &sh.lock
}

// peek reads a key's cell and when it was last used, if it has one, without
// making it one or keeping it young.
func (t *table[C]) peek(hash uint64, now uint32, read func(c *C, was uint32)) {
	sh, first, tag := t.bucket(hash)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	heads := (*[ways]head)(sh.heads[first:])
	if i := find(heads, tag, t.ttl, now); i >= 0 {
		read(&sh.cells[first+uint64(i)], heads[i].last)
	}
}

// bucket is where a key's cell is, if anywhere: in which shard, from which cell
// on, and under which tag.
func (t *table[C]) bucket(hash uint64) (sh *shard[C], first uint64, tag uint32) {
	return &t.shards[hash>>58], (hash >> 24 & (t.buckets - 1)) * ways, uint32(hash) & 0xffffff
}

// find is the place of a key in its bucket, -1 if it has none.
func find(heads *[ways]head, tag, ttl, now uint32) int {
	for i := range heads {
		if h := &heads[i]; h.tag&0xffffff == tag && h.last != 0 && !h.stale(ttl, now) {
			return i
		}
	}
	return -1
}

// victim is the place that a new key takes: of an empty or stale cell, else of
// the oldest.
func victim(heads *[ways]head, ttl, now uint32) (place int) {
	oldest := ^uint64(0)
	for i := range heads {
		if age := heads[i].age(ttl, now); age < oldest {
			place, oldest = i, age
		}
	}
	return place
}

func (h *head) stale(ttl, now uint32) bool { return now > h.last && now-h.last > ttl }

// age ranks a cell for eviction, the lowest first.
func (h *head) age(ttl, now uint32) uint64 {
	if h.last == 0 || h.stale(ttl, now) {
		return 0
	}
	return uint64(h.last) + uint64(h.tag>>24)*secondsPerHit
}

// live counts the cells in use.
func (t *table[C]) live(now uint32) (n int) {
	for i := range t.shards {
		sh := &t.shards[i]
		sh.mu.Lock()
		for j := range sh.heads {
			if h := &sh.heads[j]; h.last != 0 && !h.stale(t.ttl, now) {
				n++
			}
		}
		sh.mu.Unlock()
	}
	return n
}
