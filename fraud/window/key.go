package window

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/cespare/xxhash/v2"

	"tollgate/hlr/subscriber"
)

// Kinds of keys, so that a number and a range of the same digits differ.
const (
	kindNumber uint64 = iota + 1
	kindRange
	kindIP
	kindNet
	kindDevice
	kindPair
	kindAccount
	kindSystem
	kindClient
	kindAgent
	kindCountry
	kindNetwork
	kindTenant
	kindClass
	kindRoute
)

// hash mixes a key of two words into 64 bits.
func (v *Velocity) hash(kind, a, b uint64) uint64 {
	return mix(mix(mix(v.seed+kind)^a) ^ b)
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection in
// which each bit of x moves about half of the result's.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// word is what stands for a short word in keys: 0 for none.
func word(s string) uint64 {
	if s == "" {
		return 0
	}
	return max(1, xxhash.Sum64String(s))
}

// value reads the digits as a number: at most 15 of them fit easily.
func value(n subscriber.MSISDN) (v uint64) {
	for i := range len(n) {
		if c := n[i]; c >= '0' && c <= '9' {
			v = v*10 + uint64(c-'0')
		}
	}
	return v
}

// addrKeys returns what stands for one customer (an IPv4 address, an IPv6 /64)
// and for its network (/24, /48). The marks keep the two families apart.
func addrKeys(ip netip.Addr) (host, network uint64) {
	if !ip.IsValid() {
		return 0, 0
	}
	ip = ip.Unmap()
	if ip.Is4() {
		b := ip.As4()
		v := uint64(binary.BigEndian.Uint32(b[:]))
		return v | 1<<63, v>>8 | 1<<63
	}
	b := ip.As16()
	v := binary.BigEndian.Uint64(b[:8])
	return v, v >> 16
}

// epoch is second 0 of the tables, 2020-01-01 UTC, from which 32 bits reach to
// 2156. Second 0 itself marks an empty cell; earlier times count as second 1.
const epoch = 1577836800

// second turns a time into the tables' seconds and notes the newest.
func (v *Velocity) second(at time.Time) uint32 {
	s := uint32(min(max(at.Unix()-epoch, 1), 1<<32-2))
	for {
		old := v.latest.Load()
		if s <= old || v.latest.CompareAndSwap(old, s) {
			return s
		}
	}
}
