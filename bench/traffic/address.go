package traffic

import (
	"encoding/binary"
	"net/netip"
)

// address is a public address and the autonomous system that announces it.
type address struct {
	ip  string
	asn uint32
}

// address is one anywhere in the network; a few in IPv6 where it has that.
func (d dice) address(n *network) address {
	p := netip.MustParsePrefix(pick(d, n.prefixes))
	if p.Addr().Is6() {
		return address{d.host6(p), n.asn}
	}
	return address{d.host4(p), n.asn}
}

func (d dice) host4(p netip.Prefix) string {
	a := p.Masked().Addr().As4()
	v := binary.BigEndian.Uint32(a[:]) | d.Uint32()>>p.Bits()
	if v&0xff == 0 || v&0xff == 0xff { // no host
		v ^= 1 << 3
	}
	binary.BigEndian.PutUint32(a[:], v)
	return netip.AddrFrom4(a).String()
}

func (d dice) host6(p netip.Prefix) string {
	a := p.Masked().Addr().As16()
	hi := binary.BigEndian.Uint64(a[:]) | d.Uint64()>>p.Bits()
	binary.BigEndian.PutUint64(a[:], hi)
	binary.BigEndian.PutUint64(a[8:], d.Uint64())
	return netip.AddrFrom16(a).String()
}

// egress is one of the addresses behind which a mobile network puts its
// subscribers: some tens that each carry thousands.
func (d dice) egress(n *network) address {
	which := newDice(uint64(d.IntN(60)), n.prefixes[0]) // which is the address's own: the same for all who ask
	return which.address(&network{asn: n.asn, prefixes: n.prefixes[:1]})
}

// home is where a household is: its line's address lasts for days to weeks.
func (d dice) home(c *country) address { return d.address(pick(d, c.homes)) }

// prefix is the address alone.
func (a address) prefix() string {
	ip := netip.MustParseAddr(a.ip)
	return netip.PrefixFrom(ip, ip.BitLen()).String()
}
