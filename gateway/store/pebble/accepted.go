package pebblestore

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"tollgate/gateway/store"
)

// A message is accepted as one record: itself, its first delivery and its
// challenge as it was issued, each behind its length. That is one record to seal,
// to log and to sort instead of three, and most challenges are never written again.
// What is the same in all of them, or stands in the key, is written once.

var errShort = errors.New("store: message: cut short")

// accepted is what one Tx tells of a message that it puts.
type accepted struct {
	message   *store.Message
	delivery  *store.Delivery  // nil: it has none, or one that ends it
	challenge *store.Challenge // nil: it has none, or one that says more than its message
}

func acceptedOf(tx *store.Tx, m *store.Message) accepted {
	a := accepted{message: m}
	if d := deliveryOf(tx, m.ID); d != nil && !d.Status.Terminal() {
		a.delivery = d
	}
	for _, c := range tx.Challenges {
		if c.ID == m.ID {
			a.challenge = c
		}
	}
	if a.challenge != nil && !issuedWith(a.challenge, m) {
		a.challenge = nil
	}
	return a
}

// issuedWith says that c can be read back from beside its message.
func issuedWith(c *store.Challenge, m *store.Message) bool {
	return c.Rev == 1 && c.ID == m.ID && c.Tenant == m.Tenant && c.To == m.To && c.Purpose == m.Purpose && c.AccountID == m.AccountID &&
		c.CreatedAt.Equal(m.CreatedAt) && c.ExpiresAt.Equal(m.ExpiresAt)
}

func (a *accepted) appendTo(b []byte) []byte {
	m := *a.message
	m.ID = store.ID{}
	b, at := beginPart(b)
	b = endPart(store.AppendMessage(b, &m), at)
	b, at = beginPart(b)
	if a.delivery != nil {
		d := *a.delivery
		d.First = 0 // here they stand
		b = appendDelivery(b, &d)
	}
	b = endPart(b, at)
	if a.challenge == nil {
		return b
	}
	c := *a.challenge
	c.ID, c.Tenant, c.To, c.Purpose, c.AccountID = store.ID{}, "", "", "", ""
	c.CreatedAt, c.ExpiresAt = time.Time{}, time.Time{}
	return store.AppendChallenge(b, &c)
}

// with is the delivery as written later, nil when it was not, with the steps that
// stand with the message.
func (a *accepted) with(later *store.Delivery) *store.Delivery {
	if later == nil || a.delivery == nil || later.First == 0 {
		return cmp.Or(later, a.delivery)
	}
	first := a.delivery.Timeline[:min(later.First, len(a.delivery.Timeline))]
	later.Timeline = append(slices.Clone(first), later.Timeline...)
	return later
}

// A part stands behind its length.
func beginPart(b []byte) (out []byte, at int) { return append(b, 0, 0, 0, 0), len(b) }

func endPart(b []byte, at int) []byte {
	binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	return b
}

func takePart(b []byte) (part, rest []byte, err error) {
	if len(b) < 4 || uint64(len(b)-4) < uint64(binary.BigEndian.Uint32(b)) {
		return nil, nil, errShort
	}
	n := 4 + int(binary.BigEndian.Uint32(b))
	return b[4:n], b[n:], nil
}

// decodeAccepted reads the message back; what was not written with it is nil.
func decodeAccepted(id store.ID, plain []byte) (a accepted, err error) {
	message, rest, err := takePart(plain)
	if err != nil {
		return a, err
	}
	first, challenge, err := takePart(rest)
	if err != nil {
		return a, err
	}
	if a.message, err = store.DecodeMessage(message); err != nil {
		return a, err
	}
	m := a.message
	m.ID = id
	if len(first) > 0 {
		if a.delivery, err = store.DecodeDelivery(first); err != nil {
			return a, err
		}
		a.delivery.ID = id
	}
	if len(challenge) == 0 {
		return a, nil
	}
	c, err := store.DecodeChallenge(challenge)
	if err != nil {
		return a, err
	}
	c.ID, c.Tenant, c.To, c.Purpose, c.AccountID = id, m.Tenant, m.To, m.Purpose, m.AccountID
	c.CreatedAt, c.ExpiresAt = m.CreatedAt, m.ExpiresAt
	a.challenge = c
	return a, nil
}
