package lists

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"net/netip"
)

// key is what an entry is found by: kind and length in the high half's top
// bits, so that keys of two kinds never meet.
type key struct{ hi, lo uint64 }

func head(k Kind, length int) uint64 { return uint64(k)<<60 | uint64(length)<<52 }

// numberKey is exact: 15 digits take 50 bits. A whole number is a prefix of
// kind Number.
func numberKey(k Kind, length int, digits uint64) key { return key{head(k, length), digits} }

func asnKey(asn uint32) key { return key{head(ASN, 0), uint64(asn)} }

// ipKey is a network of n bits. IPv6 is told apart by its head's next bit; it
// is listed by at most 64 bits, within which one customer may sit anywhere.
func ipKey(a netip.Addr, n int) key {
	if a.Is4() {
		b := a.As4()
		return key{head(IP, n), uint64(binary.BigEndian.Uint32(b[:])) &^ (1<<(32-n) - 1)}
	}
	b := a.As16()
	return key{head(IP, n) | 1<<51, binary.BigEndian.Uint64(b[:8]) &^ (1<<(64-n) - 1)}
}

// deviceKey takes the first 112 bits of a keyed hash.
func deviceKey(sum [16]byte) key {
	return key{head(Device, 0) | binary.BigEndian.Uint64(sum[:8])>>16, binary.BigEndian.Uint64(sum[8:])}
}

// seeds are this process's own.
var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// accountKey hashes an account of a tenant: two tenants' accounts of the same
// name have nothing in common.
func accountKey(tenant uint16, account string) key {
	var salt [2]byte
	binary.LittleEndian.PutUint16(salt[:], tenant)
	var h [2]uint64
	for i := range h {
		var m maphash.Hash
		m.SetSeed(seeds[i])
		m.Write(salt[:])
		m.WriteString(account)
		h[i] = m.Sum64()
	}
	return key{head(Account, 0) | h[0]>>16, h[1]}
}

// hash spreads a key over slots and filter. Whoever writes the lists chooses
// the keys, and he is the operator: it need not resist him.
func (k key) hash() uint64 {
	a, b := bits.Mul64(k.lo^0x9e3779b97f4a7c15, k.hi^0xd1b54a32d192ed03)
	return a ^ b ^ b>>29
}

// maybe asks the filter; false is certain.
func (t *Table) maybe(h uint64) bool {
	if len(t.filter) == 0 {
		return false
	}
	w := t.filter[h>>6&uint64(len(t.filter)-1)]
	mask := uint64(1)<<(h>>40&63) | uint64(1)<<(h>>46&63) | uint64(1)<<(h&63)
	return w&mask == mask
}

func (t *Table) mark(h uint64) {
	t.filter[h>>6&uint64(len(t.filter)-1)] |= uint64(1)<<(h>>40&63) | uint64(1)<<(h>>46&63) | uint64(1)<<(h&63)
}
