package pebblestore

import (
	"encoding/binary"
	"sync"

	"tollgate/gateway/store"
)

// pending is one Tx, encoded and sealed, on its way to disk. Its buffers are
// used again once its group is done.
type pending struct {
	buf    []byte // values, one behind the other
	plain  []byte // scratch
	ops    []op
	checks []check
	claims []claimKey // idempotency keys that its answers end
	epoch  uint64     // groups applied when its revisions were read
	sync   bool       // somebody waits for it
	result bool       // it has deliveries alone
}

type opKind uint8

const (
	opPut opKind = iota
	opDelete
	opDeleteRange // from key to the key in buf
	opInside      // nothing: the record of that key stands inside another one
)

// op is one write of a pending. Its value is buf[start:end].
type op struct {
	kind       opKind
	key        key
	rev        uint64
	start, end int
}

// check asks that a record has revision want. After a rotation of keys it may
// still stand at a former key; from is then where it was found, to be deleted.
type check struct {
	at     place
	want   uint64
	former []place
	from   int // index into former, or -1
}

// place is a key where a record may stand, and the revision that the database
// had there, if that was read.
type place struct {
	key  key
	read bool
	had  uint64
}

// Those of one message are kept apart from those of many: a request of a thousand
// lines takes a megabyte, and growing that anew for each, by doubling, was a quarter
// of all that such a load allocated.
var (
	pendings = sync.Pool{New: func() any { return new(pending) }}
	batches  = sync.Pool{New: func() any { return new(pending) }}
)

// The largest buffers that are kept for others, in octets.
const (
	maxKept      = 64 << 10 // of one message
	maxKeptBatch = 4 << 20  // of many; of pebble's batch as well, of which there is one at a time
)

func newPending() *pending { return pendings.Get().(*pending) }

// newPendingFor is one with room for txs.
func newPendingFor(txs []*store.Tx) *pending {
	if len(txs) > 1 || len(txs) == 1 && len(txs[0].Deliveries) > 1 {
		return batches.Get().(*pending)
	}
	return newPending()
}

func (p *pending) release() {
	size := cap(p.buf) + cap(p.plain)
	if size > maxKeptBatch {
		return
	}
	clear(p.plain[:cap(p.plain)]) // it held texts and codes in clear
	clear(p.checks)
	clear(p.claims)
	*p = pending{
		buf: p.buf[:0], plain: p.plain[:0], ops: p.ops[:0],
		checks: p.checks[:0], claims: p.claims[:0],
	}
	if size > maxKept {
		batches.Put(p)
	} else {
		pendings.Put(p)
	}
}

// put writes the record whose plain encoding stands in p.plain.
func (s *Store) put(p *pending, k key, head, rev uint64) {
	p.ops = append(p.ops, op{kind: opPut, key: k, rev: rev})
	o := &p.ops[len(p.ops)-1]
	o.start = len(p.buf)
	p.buf = binary.AppendUvarint(p.buf, head)
	p.buf = s.cfg.Sealer.Seal(p.buf, p.plain, o.key.bytes())
	o.end = len(p.buf)
}

// mark writes a key with the head alone.
func (p *pending) mark(k key, head uint64) {
	start := len(p.buf)
	if head > 0 {
		p.buf = binary.AppendUvarint(p.buf, head)
	}
	p.ops = append(p.ops, op{kind: opPut, key: k, start: start, end: len(p.buf)})
}

// inside notes that the first revision of the record at k is written inside
// another record.
func (p *pending) inside(k key) {
	p.ops = append(p.ops, op{kind: opInside, key: k, rev: 1})
	p.checks = append(p.checks, check{at: place{key: k}, want: 0, from: -1})
}

func (p *pending) delete(k key) {
	p.ops = append(p.ops, op{kind: opDelete, key: k})
}

// deleteRange deletes from k up to end, which is not deleted itself.
func (p *pending) deleteRange(k key, end []byte) {
	start := len(p.buf)
	p.buf = append(p.buf, end...)
	p.ops = append(p.ops, op{kind: opDeleteRange, key: k, start: start, end: len(p.buf)})
}

// value is what an op puts.
func (p *pending) value(o *op) []byte { return p.buf[o.start:o.end] }

// head splits a value into its varint and the sealed record.
func head(val []byte) (n uint64, sealed []byte) {
	n, size := binary.Uvarint(val)
	if size <= 0 {
		return 0, nil
	}
	return n, val[size:]
}
