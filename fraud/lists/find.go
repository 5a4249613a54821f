package lists

import (
	"math/bits"
	"net/netip"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Query is what a send is looked up by.
type Query struct {
	At      time.Time
	Tenant  string
	To      subscriber.MSISDN
	IP      netip.Addr // zero: not told
	ASN     uint32
	Account string
	// Devices are the keyed hashes of its device, under each key that entries
	// may have been made with.
	Devices [][16]byte

	seen uint8 // kinds of things that a table before this one spoke of
}

// match is the entry found for one thing, safe or blocked.
type match struct {
	note *note
	kind Kind
}

// Find fills in what the lists say. Of what an earlier table has spoken, with
// the same query, this one says nothing: the number, the account, the device,
// the address or the system.
func (t *Table) Find(q *Query, into *fraud.Listed) {
	if t == nil || len(t.slots) == 0 {
		return
	}
	s := search{t: t, now: q.At.Unix(), tenant: t.tenants[q.Tenant]}
	seen := q.seen
	left := func(k Kind) bool { return seen&(1<<k) == 0 && t.Has(k) }
	if seen&(1<<Number) == 0 {
		s.take(q, into, s.number(q.To), Number)
	}
	if q.Account != "" && left(Account) {
		s.take(q, into, s.best(accountKey(s.tenant, q.Account), Account), Account)
	}
	if left(Device) {
		for _, d := range q.Devices {
			s.take(q, into, s.best(deviceKey(d), Device), Device)
		}
	}
	if left(IP) && q.IP.IsValid() {
		s.take(q, into, s.address(q.IP.Unmap()), IP)
	}
	if q.ASN != 0 && left(ASN) {
		s.take(q, into, s.best(asnKey(q.ASN), ASN), ASN)
	}
}

type search struct {
	t      *Table
	now    int64
	tenant uint16
}

// take lays a match out, unless a narrower one stands there.
func (s *search) take(q *Query, into *fraud.Listed, m match, of Kind) {
	if m.note == nil {
		return
	}
	q.seen |= 1 << of
	at := &into.Blocked
	if m.note.safe {
		at = &into.Safe
	}
	if at.Kind != "" {
		return
	}
	w := &s.t.texts[m.note.words]
	*at = fraud.Listing{Kind: m.kind.String(), List: w.list, Reason: w.reason, Source: w.source}
	if m.note.added != 0 {
		at.Age = max(0, q.At.Sub(time.Unix(m.note.added, 0)))
	}
	if m.note.expires != 0 {
		at.Left = time.Unix(m.note.expires, 0).Sub(q.At)
	}
}

// number finds the longest entry of a number.
func (s *search) number(n subscriber.MSISDN) match {
	digits, length := value(n)
	if s.t.Has(Number) {
		if m := s.best(numberKey(Number, length, digits), Number); m.note != nil {
			return m
		}
	}
	for have := s.t.digits & (1<<(length+1) - 1); have != 0; {
		l := bits.Len32(have) - 1
		have &^= 1 << l
		for ; length > l; length-- {
			digits /= 10
		}
		if m := s.best(numberKey(Prefix, l, digits), Prefix); m.note != nil {
			return m
		}
	}
	return match{}
}

// value reads the digits of a number; there are at most 15.
func value(n subscriber.MSISDN) (v uint64, length int) {
	for i := range len(n) {
		if c := n[i]; c >= '0' && c <= '9' {
			v, length = 10*v+uint64(c-'0'), length+1
		}
	}
	return v, length
}

// address finds the narrowest network that an address is in.
func (s *search) address(a netip.Addr) match {
	have, more := s.t.bits4, uint64(0)
	if !a.Is4() {
		have, more = s.t.bits6[0], s.t.bits6[1]
	}
	if more != 0 {
		if m := s.best(ipKey(a, 64), IP); m.note != nil {
			return m
		}
	}
	for have != 0 {
		n := bits.Len64(have) - 1
		have &^= 1 << n
		if m := s.best(ipKey(a, n), IP); m.note != nil {
			return m
		}
	}
	return match{}
}

// best is the entry of one key that is in force for the tenant; a blocked one
// goes before a safe one.
func (s *search) best(k key, kind Kind) (m match) {
	h := k.hash()
	if !s.t.maybe(h) {
		return m
	}
	mask := uint64(len(s.t.slots) - 1)
	for i := h >> 20 & mask; ; i = (i + 1) & mask {
		at := &s.t.slots[i]
		if at.note == 0 {
			return m
		}
		if at.hi != k.hi || at.lo != k.lo {
			continue
		}
		n := &s.t.notes[at.note-1]
		if (n.tenant == 0 || n.tenant == s.tenant) && (n.expires == 0 || n.expires > s.now) && (m.note == nil || m.note.safe && !n.safe) {
			m = match{n, kind}
		}
	}
}
