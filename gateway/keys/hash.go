package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"tollgate/hlr/subscriber"
)

// Hash hashes an identifier under the newest key. kind keeps identifiers of
// different sorts apart ("imsi", "device", ...). The empty value has the zero
// Hash: it was not told.
func (r *Ring) Hash(kind, value string) subscriber.Hash {
	if value == "" {
		return subscriber.Hash{}
	}
	k := r.set.Load().newest
	return subscriber.Hash{Key: k.id, Sum: k.hash.sum(kind, value)}
}

// Matches says that h is the hash of value, computed under h's own key, so
// that a rotation never makes one identifier look like two. A hash whose key
// is gone matches nothing.
func (r *Ring) Matches(h subscriber.Hash, kind, value string) bool {
	if value == "" {
		return h.IsZero()
	}
	k := r.set.Load().byID(h.Key)
	if k == nil {
		return false
	}
	sum := k.hash.sum(kind, value)
	return hmac.Equal(sum[:], h.Sum[:])
}

// Index hashes what a record is looked up by, under the newest key.
func (r *Ring) Index(kind string, parts ...string) [16]byte {
	return r.set.Load().newest.index.sum(kind, parts...)
}

// IndexFormer is Index under each former key, newest first; nil when the ring
// was never rotated.
func (r *Ring) IndexFormer(kind string, parts ...string) [][16]byte {
	former := r.set.Load().former
	if len(former) == 0 {
		return nil
	}
	sums := make([][16]byte, len(former))
	for i, k := range former {
		sums[i] = k.index.sum(kind, parts...)
	}
	return sums
}

// macPool computes HMACs under one key. Its states are kept: hashing the key
// anew each time would double the cost of a short value.
type macPool struct{ pool sync.Pool }

type macState struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

func newMACPool(sub []byte) *macPool {
	p := &macPool{}
	p.pool.New = func() any { return &macState{mac: hmac.New(sha256.New, sub)} }
	return p
}

// sum hashes kind and parts, each behind its length, so that no two lists of
// parts read the same.
func (p *macPool) sum(kind string, parts ...string) (sum [16]byte) {
	s := p.pool.Get().(*macState)
	s.in = appendPart(s.in[:0], kind)
	for _, part := range parts {
		s.in = appendPart(s.in, part)
	}
	s.mac.Reset()
	s.mac.Write(s.in)
	copy(sum[:], s.mac.Sum(s.out[:0]))
	clear(s.in) // identifiers in clear do not wait in a pool
	p.pool.Put(s)
	return sum
}

func appendPart(b []byte, part string) []byte {
	b = binary.AppendUvarint(b, uint64(len(part)))
	return append(b, part...)
}
