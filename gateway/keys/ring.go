// Package keys holds the secrets of one installation: a ring of keys, of
// which the newest seals and hashes, and the former ones still open and
// compare what was written under them.
//
// From each key the ring derives one subkey a use (HKDF-SHA256, RFC 5869), so
// that what a hash shows says nothing of what a seal hides:
//
//	seal   AES-256-GCM (NIST SP 800-38D) of whole records
//	hash   HMAC-SHA256, cut to 16 octets, of identifiers that are compared
//	index  HMAC-SHA256, cut to 16 octets, of what records are looked up by
//	check  tells whether two rings are the same, and nothing else
//
// The ring lives in a file. A key file beside the data protects nothing
// against theft of the disk: whoever takes both reads everything. It guards
// copies of the data alone (backups, a discarded disk of the store, a shared
// Redis). Where theft matters, name a file on another volume or one that a
// secrets manager provides.
//
// A rotation adds a key and keeps the former ones. A key may be taken out of
// the file only when no record names it any more.
package keys

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// secretSize is the length of a key of the ring, in octets.
const secretSize = 32

// Ring is a set of keys. Its methods may be called by many goroutines at once.
type Ring struct {
	path string // "" for a ring that lives in memory only
	set  atomic.Pointer[keySet]
	// rotate guards the file and the replacement of set and epoch.
	rotate sync.Mutex
	epoch  atomic.Pointer[epoch]
	aeads  aeadCache
}

// keySet is one immutable state of the ring.
type keySet struct {
	newest *key
	former []*key // newest first
}

// key is one secret with what is derived from it.
type key struct {
	id     uint32 // never 0
	secret []byte
	hash   *macPool
	index  *macPool
	check  [16]byte
}

// New makes a ring of one fresh key that lives in memory only: what it sealed
// is lost with the process.
func New() (*Ring, error) {
	k, err := freshKey(1)
	if err != nil {
		return nil, err
	}
	return newRing("", []*key{k})
}

func newRing(path string, ks []*key) (*Ring, error) {
	r := &Ring{path: path}
	return r, r.use(ks)
}

// use makes ks the ring's keys, the highest id as the newest.
func (r *Ring) use(ks []*key) error {
	ks = slices.Clone(ks)
	slices.SortFunc(ks, func(a, b *key) int { return int(int64(b.id) - int64(a.id)) })
	e, err := newEpoch(ks[0])
	if err != nil {
		return err
	}
	r.set.Store(&keySet{newest: ks[0], former: ks[1:]})
	r.epoch.Store(e)
	return nil
}

// Rotate adds a fresh key, saves the file, and seals and hashes with the new
// key from then on. It returns the new key's id. When the file cannot be saved
// the ring stays as it was.
func (r *Ring) Rotate() (uint32, error) {
	r.rotate.Lock()
	defer r.rotate.Unlock()
	set := r.set.Load()
	k, err := freshKey(set.newest.id + 1)
	if err != nil {
		return 0, err
	}
	ks := append([]*key{k, set.newest}, set.former...)
	if r.path != "" {
		if err := save(r.path, ks); err != nil {
			return 0, err
		}
	}
	return k.id, r.use(ks)
}

// Newest is the id of the key that seals and hashes now.
func (r *Ring) Newest() uint32 { return r.set.Load().newest.id }

// CheckValue identifies the newest key without telling anything of it. Nodes
// that share a store compare theirs with the one kept there.
func (r *Ring) CheckValue() [16]byte { return r.set.Load().newest.check }

// HoldsCheck says that some key of the ring has the check value v. A store
// that was last used before a rotation holds a former one.
func (r *Ring) HoldsCheck(v [16]byte) bool {
	set := r.set.Load()
	held := hmac.Equal(set.newest.check[:], v[:])
	for _, k := range set.former {
		held = hmac.Equal(k.check[:], v[:]) || held
	}
	return held
}

// byID finds a key, nil when the ring does not hold it.
func (s *keySet) byID(id uint32) *key {
	if s.newest.id == id {
		return s.newest
	}
	for _, k := range s.former {
		if k.id == id {
			return k
		}
	}
	return nil
}

func freshKey(id uint32) (*key, error) {
	secret := make([]byte, secretSize)
	rand.Read(secret)
	return newKey(id, secret)
}

func newKey(id uint32, secret []byte) (*key, error) {
	k := &key{id: id, secret: secret}
	for use, pool := range map[string]**macPool{"hash": &k.hash, "index": &k.index} {
		sub, err := subkey(secret, nil, use)
		if err != nil {
			return nil, err
		}
		*pool = newMACPool(sub)
	}
	check, err := subkey(secret, nil, "check")
	copy(k.check[:], check)
	return k, err
}

// subkey derives the 32-octet key of one use from a secret of the ring.
func subkey(secret, salt []byte, use string) ([]byte, error) {
	sub, err := hkdf.Key(sha256.New, secret, salt, "tollgate "+use+" 1", 32)
	if err != nil {
		return nil, fmt.Errorf("keys: deriving the key to %s: %w", use, err)
	}
	return sub, nil
}
