package pebblestore

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// Most reads of a send are for what is not there: the state of a number that was
// never seen, a new idempotency key, an identity that nobody has told. pebble finds
// that out from its memtables and the filters of its tables, which takes several
// microseconds; filter does in a tenth of one, however many keys there are.
//
// It is a Bloom filter in layers, each twice as large as the one before, so that it
// grows with the data: 12 bits a key, so 30 MB for 20 million keys. A key is put
// before its write is visible to anybody and never taken out; one that was erased
// costs a read. Keys are found by a part of them that is a keyed hash or random.
type filter struct {
	ready  atomic.Bool // all that is on disk has been put
	layers atomic.Pointer[[]*layer]
}

// layer is a blocked Bloom filter: all bits of a key are in one cache line.
type layer struct {
	blocks [][8]atomic.Uint64
	room   int // keys that it still takes; guarded as put is
}

const (
	firstLayer = 1 << 18 // keys
	layerBits  = 12      // a key
	layerTests = 6       // bits set of a key
)

func newLayer(keys int) *layer {
	return &layer{blocks: make([][8]atomic.Uint64, keys*layerBits/512), room: keys}
}

func newFilter() *filter {
	f := &filter{}
	f.layers.Store(&[]*layer{newLayer(firstLayer)})
	return f
}

// filtered says that reads of a class go through the filter.
func filtered(class byte) bool {
	switch class {
	case classNumber, classAccount, classIdentity, classAnswer, classChallenge:
		return true
	}
	return false
}

// hash takes 64 bits of the keyed hash, or of the random end of an ID, at the end
// of a key. The class tells apart what has the same index.
func (k *key) hash() uint64 {
	h := binary.LittleEndian.Uint64(k.b[k.n-8:k.n]) + uint64(k.b[0])
	return (h ^ h>>32) * 0x9E3779B97F4A7C15
}

// may says that there may be a record at k; false is certain.
func (f *filter) may(k *key) bool {
	if !filtered(k.class()) || !f.ready.Load() {
		return true
	}
	h := k.hash()
	for _, l := range *f.layers.Load() {
		if l.has(h) {
			return true
		}
	}
	return false
}

// put notes a key. One at a time may call it, beside any number of may.
func (f *filter) put(k *key) {
	if !filtered(k.class()) {
		return
	}
	layers := *f.layers.Load()
	last := layers[len(layers)-1]
	if last.room == 0 {
		last = newLayer(firstLayer << len(layers))
		grown := append(append([]*layer(nil), layers...), last)
		f.layers.Store(&grown)
	}
	if last.set(k.hash()) {
		last.room--
	}
}

func (l *layer) block(h uint64) *[8]atomic.Uint64 { return &l.blocks[h>>40%uint64(len(l.blocks))] }

func (l *layer) has(h uint64) bool {
	b := l.block(h)
	h *= 0xBF58476D1CE4E5B9 // the block took the high bits
	for range layerTests {
		if b[h&7].Load()&(1<<(h>>3&63)) == 0 {
			return false
		}
		h = h>>9 | h<<55
	}
	return true
}

// set sets the bits of h and says whether any was new.
func (l *layer) set(h uint64) (fresh bool) {
	b := l.block(h)
	h *= 0xBF58476D1CE4E5B9
	for range layerTests {
		bit := uint64(1) << (h >> 3 & 63)
		fresh = b[h&7].Or(bit)&bit == 0 || fresh
		h = h>>9 | h<<55
	}
	return fresh
}

// filterStep is how many keys are put under one lock while the data is read.
const filterStep = 512

// fillFilter puts what is on disk, in the background: until it is done every read
// goes to the database. It takes a second for some millions of keys.
func (s *Store) fillFilter() {
	defer s.done.Done()
	for _, class := range []byte(classes) {
		if !filtered(class) {
			continue
		}
		if whole, err := s.fillClass(class); err != nil || !whole {
			if err != nil {
				s.cfg.Log.Warn("store: the filter of absent records could not be filled, reads take longer", "error", err)
			}
			return
		}
	}
	s.filter.ready.Store(true)
}

// fillClass puts the keys of one class; it is not whole when the store closes.
func (s *Store) fillClass(class byte) (whole bool, err error) {
	if err := s.use(); err != nil {
		return false, nil
	}
	defer s.leave()
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{class}, UpperBound: prefixEnd([]byte{class})})
	if err != nil {
		return false, readError(err)
	}
	var step [filterStep]key
	n := 0
	put := func() {
		s.mu.Lock()
		for i := range step[:n] {
			s.filter.put(&step[i])
		}
		s.mu.Unlock()
		n = 0
	}
	for ok := it.First(); ok && !s.ending(); ok = it.Next() {
		step[n] = keyOf(it.Key())
		if n++; n == len(step) {
			put()
		}
	}
	put()
	if err := it.Close(); err != nil {
		return false, readError(err)
	}
	return !s.ending(), nil
}

// ending says that Close was called, or that a write failed.
func (s *Store) ending() bool {
	select {
	case <-s.quit:
	case <-s.failed:
	default:
		return false
	}
	return true
}
