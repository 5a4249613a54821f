package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// A sealed record is
//
//	1 octet   format, 1
//	4 octets  id of the ring's key, big-endian
//	8 octets  salt of the epoch
//	4 octets  number of the record in its epoch, big-endian
//	the ciphertext, as long as the plain text
//	16 octets tag
//
// The nonce is salt and number together.
const (
	sealFormat = 1
	saltSize   = 8
	nonceStart = 1 + 4
	headerSize = nonceStart + saltSize + 4
	tagSize    = 16
)

// Overhead is what a seal adds to a record, in octets.
const Overhead = headerSize + tagSize

// What Open answers when a record cannot be opened.
var (
	ErrSealed  = errors.New("keys: the sealed record was changed, moved or cut")
	ErrNoSuch  = errors.New("keys: the ring does not hold the key that sealed the record; put the former key file back")
	errNewSeal = errors.New("keys: the record was sealed by a newer version of this program")
)

// epoch is one AES-256-GCM key, derived from the ring's newest key and a fresh
// salt, and the count of records it has sealed. Random 96-bit nonces under one
// key would be safe for 2^32 records only (NIST SP 800-38D §8.3); a counter
// under a key of each process's own never repeats, whatever their number, and
// after 2^32 records the next epoch begins. What it asks in return: a running
// process must not be cloned (a snapshot of a virtual machine with its memory,
// resumed twice).
type epoch struct {
	key   *key
	salt  [saltSize]byte
	aead  cipher.AEAD
	count atomic.Uint64
}

func newEpoch(k *key) (*epoch, error) {
	e := &epoch{key: k}
	rand.Read(e.salt[:])
	var err error
	e.aead, err = newAEAD(k, e.salt[:])
	return e, err
}

func newAEAD(k *key, salt []byte) (cipher.AEAD, error) {
	sub, err := subkey(k.secret, salt, "seal")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sub)
	if err != nil {
		return nil, fmt.Errorf("keys: AES: %w", err)
	}
	return cipher.NewGCM(block)
}

// Seal appends the sealed form of plain to dst: Overhead octets more than
// plain. context is authenticated with it; Open must be given the same. dst
// and plain must not overlap.
func (r *Ring) Seal(dst, plain, context []byte) []byte {
	e, n := r.number()
	dst = slices.Grow(dst, len(plain)+Overhead)
	start := len(dst)
	dst = append(dst, sealFormat)
	dst = binary.BigEndian.AppendUint32(dst, e.key.id)
	dst = append(dst, e.salt[:]...)
	dst = binary.BigEndian.AppendUint32(dst, n)
	return e.aead.Seal(dst, dst[start+nonceStart:start+headerSize], plain, context)
}

// number takes the next record's number in the current epoch.
func (r *Ring) number() (*epoch, uint32) {
	for {
		e := r.epoch.Load()
		if n := e.count.Add(1); n <= math.MaxUint32 {
			return e, uint32(n)
		}
		r.nextEpoch(e)
	}
}

// nextEpoch replaces a used-up epoch, unless somebody else has done so.
func (r *Ring) nextEpoch(used *epoch) {
	r.rotate.Lock()
	defer r.rotate.Unlock()
	if r.epoch.Load() != used {
		return
	}
	e, err := newEpoch(used.key)
	if err != nil {
		// The same derivation succeeded when the ring was loaded: it
		// depends on lengths only.
		panic(err)
	}
	r.epoch.Store(e)
}

// Open appends the plain text of sealed to dst.
func (r *Ring) Open(dst, sealed, context []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return dst, ErrSealed
	}
	if sealed[0] != sealFormat {
		return dst, errNewSeal
	}
	aead, err := r.aead(sealed[1 : nonceStart+saltSize])
	if err != nil {
		return dst, err
	}
	out, err := aead.Open(dst, sealed[nonceStart:headerSize], sealed[headerSize:], context)
	if err != nil {
		return dst, ErrSealed
	}
	return out, nil
}

// aead finds the cipher of a key id and salt, as they stand in a header.
func (r *Ring) aead(name []byte) (cipher.AEAD, error) {
	id := binary.BigEndian.Uint32(name)
	if e := r.epoch.Load(); e.key.id == id && string(e.salt[:]) == string(name[4:]) {
		return e.aead, nil
	}
	k := r.set.Load().byID(id)
	if k == nil {
		return nil, fmt.Errorf("%w (key id %d)", ErrNoSuch, id)
	}
	return r.aeads.get(k, [4 + saltSize]byte(name))
}

// maxAEADs bounds the ciphers kept of earlier epochs. There is one a start of
// the process, so that hardly any installation reaches it; each takes about a
// kilobyte.
const maxAEADs = 4096

// aeadCache keeps the ciphers of earlier epochs, and other nodes'.
type aeadCache struct {
	mu   sync.RWMutex
	kept map[[4 + saltSize]byte]cipher.AEAD
}

func (c *aeadCache) get(k *key, name [4 + saltSize]byte) (cipher.AEAD, error) {
	c.mu.RLock()
	aead := c.kept[name]
	c.mu.RUnlock()
	if aead != nil {
		return aead, nil
	}
	aead, err := newAEAD(k, name[4:])
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= maxAEADs {
		c.kept = make(map[[4 + saltSize]byte]cipher.AEAD)
	}
	c.kept[name] = aead
	return aead, nil
}
