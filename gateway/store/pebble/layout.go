package pebblestore

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"tollgate/gateway/store"
)

// A key is one letter, the class of the record, and what it is sorted by:
//
//	m ID                      Message, with its first Delivery and its Challenge as issued
//	o deadline(8) ID          Content of an unfinished message, if any; present as long as it is unfinished
//	d ID                      Delivery, once it was written again
//	c ID                      Challenge, once it was written again
//	f ID                      Message of a send that was refused
//	n Index(16)               NumberState
//	u Index(16)               AccountState
//	i Index(16)               Identity
//	r ID                      Review
//	x state(1) tenant(8) ID   nothing: the lists of reviews
//	a day(4) Index(16)        Answer, by the UTC day of its time
//	k                         proof that the Sealer is the one of this data
//
// Deadlines are Unix milliseconds and days are counted from 1970, both
// big-endian, so that keys sort by time. IDs begin with their time: what is
// too old goes by a range delete.
//
// A value is a varint and the sealed record. The varint is what the engine
// itself must know: of m the deadline, and in the lowest bit whether the
// challenge is inside; of d the time of the terminal state (0: unfinished); of
// c, n, u, i and r the revision; of o the kind of message; else 0.
const (
	classMessage   = 'm'
	classOpen      = 'o'
	classDelivery  = 'd'
	classChallenge = 'c'
	classRefused   = 'f'
	classNumber    = 'n'
	classAccount   = 'u'
	classIdentity  = 'i'
	classReview    = 'r'
	classReviews   = 'x'
	classAnswer    = 'a'
	classKeyCheck  = 'k'
)

// classes is every class that a Tx writes; a range delete covers keys of one.
const classes = "mdocfnuirxa"

// keyMax is the length of the longest key, in octets.
const keyMax = 1 + 1 + 8 + 16

// key is a key of the database, small enough to be a map's.
type key struct {
	n uint8
	b [keyMax]byte
}

func (k *key) bytes() []byte { return k.b[:k.n] }

func (k *key) class() byte { return k.b[0] }

// id is the ID at the end of a key.
func (k *key) id() (id store.ID) {
	copy(id[:], k.b[k.n-16:k.n])
	return id
}

func idKey(class byte, id store.ID) (k key) {
	k.b[0] = class
	k.n = uint8(1 + copy(k.b[1:], id[:]))
	return k
}

func indexKey(class byte, index [16]byte) key { return idKey(class, index) }

func openKey(deadline int64, id store.ID) (k key) {
	k.b[0] = classOpen
	binary.BigEndian.PutUint64(k.b[1:], uint64(deadline))
	k.n = uint8(9 + copy(k.b[9:], id[:]))
	return k
}

// deadline is that of an openKey.
func (k *key) deadline() time.Time { return time.UnixMilli(int64(binary.BigEndian.Uint64(k.b[1:]))) }

// day is the bucket of answers of a time.
func day(at time.Time) uint32 { return uint32(max(at.Unix(), 0) / (24 * 60 * 60)) }

func answerKey(day uint32, index [16]byte) (k key) {
	k.b[0] = classAnswer
	binary.BigEndian.PutUint32(k.b[1:], day)
	k.n = uint8(5 + copy(k.b[5:], index[:]))
	return k
}

// The two lists of reviews.
const (
	reviewsAll  = 'a'
	reviewsOpen = 'o'
)

// reviewsKey is a review's entry in a list; tenant "" is the list of all
// tenants. A tenant's name is no secret, its hash just has one length.
func reviewsKey(state byte, tenant string, id store.ID) (k key) {
	k.b[0], k.b[1] = classReviews, state
	if tenant != "" {
		sum := sha256.Sum256([]byte(tenant))
		copy(k.b[2:10], sum[:])
	}
	k.n = uint8(10 + copy(k.b[10:], id[:]))
	return k
}

// prefixEnd is the first key behind all that begin with prefix, whose last
// octet is not 0xff.
func prefixEnd(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	end[len(end)-1]++
	return end
}

// after is the first key behind k.
func after(k []byte) []byte { return append(append([]byte(nil), k...), 0) }
