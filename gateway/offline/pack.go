package offline

import (
	"encoding/binary"
	"time"

	"tollgate/hlr/subscriber"
)

// packing writes values one behind the other: a replay may have to remember
// millions of numbers, and most of what could be told of one is not. A value
// that is not told takes no octet beside its bit.
type packing struct {
	b    []byte
	bits uint64
	at   uint // of the next bit
}

// again makes p ready for another record, in the same buffer.
func (p *packing) again() *packing {
	p.b, p.bits, p.at = p.b[:0], 0, 0
	return p
}

// told notes in one bit whether a value follows.
func (p *packing) told(yes bool) bool {
	if yes {
		p.bits |= 1 << p.at
	}
	p.at++
	return yes
}

func (p *packing) text(s string) {
	if p.told(s != "") {
		p.b = append(binary.AppendUvarint(p.b, uint64(len(s))), s...)
	}
}

func (p *packing) number(v uint32) {
	if p.told(v != 0) {
		p.b = binary.AppendUvarint(p.b, uint64(v))
	}
}

func (p *packing) time(t time.Time) {
	if p.told(!t.IsZero()) {
		p.b = binary.AppendUvarint(binary.AppendVarint(p.b, t.Unix()), uint64(t.Nanosecond()))
	}
}

// sameTime writes a time only where it differs from one that is written already.
func (p *packing) sameTime(t, as time.Time) {
	if p.told(!t.Equal(as)) {
		p.time(t)
	}
}

func (p *packing) hash(h subscriber.Hash) {
	if p.told(!h.IsZero()) {
		p.b = append(p.b, h.Sum[:8]...)
	}
}

func (p *packing) flag(f *bool) {
	if p.told(f != nil) {
		p.told(*f)
	}
}

// sealed is how many octets the bits take, the bits, and the values. It is good
// until p packs again.
func (p *packing) sealed() []byte {
	if p.at > 64 {
		panic("offline: a packed record has more than 64 bits")
	}
	var head [9]byte
	n := int(p.at+7) / 8
	head[0] = byte(n)
	binary.LittleEndian.PutUint64(head[1:], p.bits)
	values := len(p.b)
	p.b = append(append(p.b, head[:1+n]...), p.b...) // the head cannot go in front without moving them
	return p.b[values:]
}

// unpacking reads what packing wrote, in the same order. Texts borrow.
type unpacking struct {
	s    string
	bits uint64
}

func unpack(s string) (u unpacking) {
	n := 1 + int(s[0])
	for i := n - 1; i > 0; i-- {
		u.bits = u.bits<<8 | uint64(s[i])
	}
	u.s = s[n:]
	return u
}

func (u *unpacking) told() bool {
	yes := u.bits&1 != 0
	u.bits >>= 1
	return yes
}

func (u *unpacking) uvarint() (v uint64) {
	for shift := 0; ; shift += 7 {
		c := u.s[0]
		u.s = u.s[1:]
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
}

func (u *unpacking) take(n int) (s string) {
	s, u.s = u.s[:n], u.s[n:]
	return s
}

func (u *unpacking) text() string {
	if !u.told() {
		return ""
	}
	return u.take(int(u.uvarint()))
}

func (u *unpacking) number() uint32 {
	if !u.told() {
		return 0
	}
	return uint32(u.uvarint())
}

func (u *unpacking) time() time.Time {
	if !u.told() {
		return time.Time{}
	}
	zigzag := u.uvarint()
	seconds := int64(zigzag>>1) ^ -int64(zigzag&1)
	return time.Unix(seconds, int64(u.uvarint())).UTC()
}

func (u *unpacking) sameTime(as time.Time) time.Time {
	if !u.told() {
		return as
	}
	return u.time()
}

func (u *unpacking) hash() (h subscriber.Hash) {
	if u.told() {
		h.Key = hashKey
		copy(h.Sum[:8], u.take(8))
	}
	return h
}

func (u *unpacking) flag() *bool {
	switch {
	case !u.told():
		return nil
	case u.told():
		return &yes
	}
	return &no
}
