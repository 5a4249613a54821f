// Package address says what an IP address is: the country that its network is
// registered in, the autonomous system that announces it, whether that rents
// out machines, and whether it is an exit of Tor.
//
// Countries and systems are compiled into the binary (data/addresses.bin, from
// the sources that Sources names; see fraud/internal/refresh) and read in place.
// The country is where the network is registered, which for travellers, for
// satellites and for large carriers is not always where the person is. Which
// systems rent out machines is our reading of their names and a short list;
// the relays that ordinary phones use for privacy are left out. Exits of Tor
// change hourly and no package has them: none is known unless the operator
// gives a list (Lists).
package address

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"

	"tollgate/fraud"
	"tollgate/fraud/internal/flat"
)

//go:generate go run ../internal/refresh address

//go:embed data/addresses.bin
var compiled []byte

// Info is what is known of an address; the zero Info is nothing, as of a
// private address.
type Info struct {
	Country    string // ISO 3166-1 alpha-2
	ASN        uint32 // RFC 6793
	Datacentre bool   // its system rents out machines
	Tor        bool
}

// Table finds addresses. It is read-only and safe for concurrent use.
type Table struct {
	header                    flat.Header
	asn4, country4            column[uint32]
	asn6, country6            column[uint64]
	tor, datacentre, ordinary prefixes // the operator's
}

const (
	tableForm     = "addresses 1"
	datacentreBit = 1 << 31 // of a system's number
)

var shipped = sync.OnceValues(func() (*Table, error) { return read(compiled) })

// Shipped is the compiled table.
func Shipped() (*Table, error) { return shipped() }

func read(b []byte) (*Table, error) {
	h, parts, err := flat.Read(b, tableForm, 8)
	if err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	t := &Table{header: h}
	t.asn4, t.country4 = column[uint32]{parts[0], parts[1]}, column[uint32]{parts[2], parts[3]}
	t.asn6, t.country6 = column[uint64]{parts[4], parts[5]}, column[uint64]{parts[6], parts[7]}
	for i, ok := range []bool{t.asn4.sound(4), t.country4.sound(2), t.asn6.sound(4), t.country6.sound(2)} {
		if !ok {
			return nil, fmt.Errorf("addresses: table %d is damaged", i)
		}
	}
	return t, nil
}

// Sources says where the compiled facts come from.
func (t *Table) Sources() []fraud.Source { return t.header.Sources }

// Size is the octets that the compiled table takes in memory.
func (t *Table) Size() int {
	n := 0
	for _, s := range t.header.Sections {
		n += s
	}
	return n
}

// Find says what an address is. It takes some 150 ns and allocates nothing. The
// nil Table knows none.
func (t *Table) Find(ip netip.Addr) (i Info) {
	if t == nil {
		return i
	}
	ip = ip.Unmap().WithZone("")
	if special(ip) {
		return i
	}
	var country, system uint32
	if ip.Is4() {
		b := ip.As4()
		key := binary.BigEndian.Uint32(b[:])
		country, system = t.country4.find(key), t.asn4.find(key)
	} else {
		b := ip.As16()
		key := binary.BigEndian.Uint64(b[:])
		country, system = t.country6.find(key), t.asn6.find(key)
	}
	i.Country, i.ASN = countryName(country), system&^datacentreBit
	i.Datacentre = system&datacentreBit != 0 && !t.ordinary.hold(ip) || t.datacentre.hold(ip)
	i.Tor = t.tor.hold(ip)
	return i
}

// countryNames is every pair of letters, so that a name is a part of it.
var countryNames = func() string {
	b := make([]byte, 0, 2*26*26)
	for first := byte('A'); first <= 'Z'; first++ {
		for second := byte('A'); second <= 'Z'; second++ {
			b = append(b, first, second)
		}
	}
	return string(b)
}()

func countryName(v uint32) string {
	first, second := v>>8-'A', v&0xff-'A'
	if first >= 26 || second >= 26 {
		return ""
	}
	at := 2 * (26*first + second)
	return countryNames[at : at+2]
}

// reserved are the blocks of the IANA special-purpose registries (RFC 6890)
// that net/netip has no method for.
var reserved = func() (list []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"100::/64", "2001:db8::/32", "3fff::/20", "5f00::/16",
	} {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}()

// special says that an address is no host of the internet.
func special(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return true
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
