package pebblestore

import (
	"bytes"

	"tollgate/gateway/store"
)

// maxRevisions is how many revisions a generation of the cache holds; two
// generations take about 3 MB. At 25 000 sends a second, two records each, a
// revision stays for at least 0.6 s, which is long compared to what passes
// between reading a record and writing it.
const maxRevisions = 1 << 15

// revCache knows the revisions of the records read or written lately, so that
// a write need not read the database again: that cost more than the write
// itself (a lookup in the tables takes 4 µs and more, several times a send).
//
// It is always right about what it knows: every write goes through it before
// it is applied. It also knows of challenges that are not there: floor is the
// highest ID of any that it may have forgotten.
type revCache struct {
	young, old       map[key]uint64 // 0: there is none
	youngMax, oldMax store.ID       // highest challenge in each
	floor            store.ID
}

func newRevCache(floor store.ID) *revCache {
	return &revCache{young: make(map[key]uint64), old: make(map[key]uint64), floor: floor}
}

// get is the revision of a record; ok is false when it is not known.
func (c *revCache) get(k *key) (rev uint64, ok bool) {
	if k.class() == classChallenge && c.above(k) {
		return 0, true // a code that is being issued, mostly: two lookups less in tables of some MB
	}
	if rev, ok = c.young[*k]; ok {
		return rev, true
	}
	if rev, ok = c.old[*k]; ok {
		return rev, true
	}
	if k.class() == classChallenge {
		id := k.id()
		return 0, bytes.Compare(id[:], c.floor[:]) > 0
	}
	return 0, false
}

// above says that a challenge comes after any that was ever there.
func (c *revCache) above(k *key) bool {
	id := k.id()
	return bytes.Compare(id[:], c.youngMax[:]) > 0 && bytes.Compare(id[:], c.oldMax[:]) > 0 && bytes.Compare(id[:], c.floor[:]) > 0
}

// put notes what is written, or was read.
func (c *revCache) put(k *key, rev uint64) {
	if len(c.young) >= maxRevisions {
		c.floor = later(c.floor, c.oldMax)
		clear(c.old)
		c.young, c.old = c.old, c.young
		c.youngMax, c.oldMax = store.ID{}, c.youngMax
	}
	c.young[*k] = rev
	if rev > 0 && k.class() == classChallenge {
		c.youngMax = later(c.youngMax, k.id())
	}
}

// forget drops everything, as when a range is deleted.
func (c *revCache) forget() {
	c.floor = later(c.floor, later(c.youngMax, c.oldMax))
	clear(c.young)
	clear(c.old)
	c.youngMax, c.oldMax = store.ID{}, store.ID{}
}

func later(a, b store.ID) store.ID {
	if bytes.Compare(a[:], b[:]) < 0 {
		return b
	}
	return a
}

// revised says that records of the class carry a revision.
func revised(class byte) bool {
	switch class {
	case classChallenge, classNumber, classAccount, classIdentity, classReview:
		return true
	}
	return false
}
