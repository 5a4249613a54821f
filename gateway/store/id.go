package store

import (
	"encoding/base32"
	"errors"
	"time"

	"tollgate/hlr/subscriber"
)

// ID names a message, a challenge or a review: 48 bits of Unix milliseconds,
// one octet of shard (from the number, so that a sharded store finds all of a
// number's records together) and 72 random bits. IDs sort by time.
type ID [16]byte

var (
	idText   = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	errBadID = errors.New("not an id")
)

// NewID makes an ID at a time for a number from 9 random octets.
func NewID(at time.Time, n subscriber.MSISDN, random [9]byte) (id ID) {
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = Shard(n)
	copy(id[7:], random[:])
	return id
}

// Shard is the shard, of 256, that all records of a number live in (FNV-1a).
func Shard(n subscriber.MSISDN) byte {
	h := uint32(2166136261)
	for i := range len(n) {
		h = (h ^ uint32(n[i])) * 16777619
	}
	return byte(h ^ h>>8 ^ h>>16 ^ h>>24)
}

// Time is when the ID was made, to the millisecond.
func (id ID) Time() time.Time {
	var ms int64
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms)
}

// IsZero says that no record is named.
func (id ID) IsZero() bool { return id == ID{} }

// String is the 26 characters of the ID, without the prefix that tells what
// it names ("otp_", "msg_", "rev_").
func (id ID) String() string { return idText.EncodeToString(id[:]) }

// ParseID reads what String wrote, and nothing else: 26 characters hold two bits
// more than an ID, and base32 looks at neither them nor at line ends, so that another
// text would name the same record.
func ParseID(s string) (id ID, err error) {
	if len(s) != 26 {
		return id, errBadID
	}
	if _, err := idText.Decode(id[:], []byte(s)); err != nil || id.String() != s {
		return ID{}, errBadID
	}
	return id, nil
}
