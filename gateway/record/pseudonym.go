package record

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"tollgate/hlr/subscriber"
)

// Pseudonyms replaces identifiers by keyed ones so that a recording can be
// shared: equal ones stay equal, numbers and addresses that share a prefix
// still share exactly as much, and nothing else is told. The same key gives the
// same pseudonyms, and takes none of them back.
//
// Addresses follow the scheme of Xu, Fan, Ammar and Moon, "Prefix-preserving
// IP address anonymization" (ICNP 2002): each bit is flipped or not as AES of
// the bits before it says. Numbers do the same by digits: each is replaced by a
// permutation of the ten digits that the digits before it choose. The country
// code stays, and so many digits behind it as Keep says, for they tell line
// type and network; the first digit behind those stays among 0 and 1, or 2 to
// 9, which numbering plans tell apart. The length stays too.
//
// What it does not hide: how often, when and with whom. Whoever knows that one
// number asked at a certain second finds its pseudonym.
type Pseudonyms struct {
	Keep  int // national digits left as they are
	block cipher.Block
	names hasher
}

// DefaultKeep leaves the digits that tell networks apart in most plans. Where a
// plan gives out small blocks some pseudonyms are numbers that it does not know.
const DefaultKeep = 3

// Pseudonyms are those of one recipient: two recipients' cannot be put side by
// side.
func (k *Key) Pseudonyms(recipient string, keep int) *Pseudonyms {
	block, err := aes.NewCipher(k.derive("pseudonyms of "+recipient, nil, 16))
	if err != nil {
		panic("record: " + err.Error())
	}
	return &Pseudonyms{Keep: keep, block: block, names: k.hasher("names for " + recipient)}
}

// Number is the pseudonym of a number.
func (p *Pseudonyms) Number(n string) string {
	digits, plus := strings.CutPrefix(n, "+")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return p.Name("number", n)
	}
	out := []byte(digits)
	kept := min(len(digits), subscriber.CountryCodeLen(digits)+p.Keep)
	for i := kept; i < len(digits); i++ {
		out[i] = p.digit(digits[:i], digits[i], i == kept)
	}
	if plus {
		return "+" + string(out)
	}
	return string(out)
}

// digit permutes one digit by a permutation that those before it choose.
// first keeps 0 and 1 apart from the others.
func (p *Pseudonyms) digit(before string, d byte, first bool) byte {
	var in, out [aes.BlockSize]byte
	in[0] = 0xD1 // apart from the blocks of addresses
	in[1] = byte(len(before))
	for i := range len(before) {
		in[2+i/2] |= (before[i] - '0' + 1) << (4 * (i % 2))
	}
	p.block.Encrypt(out[:], in[:])
	a := [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	low := 0
	if first {
		if out[0]&1 == 1 {
			a[0], a[1] = 1, 0
		}
		low = 2
	}
	// Fisher and Yates, by a number far larger than ten factorial.
	r := binary.BigEndian.Uint64(out[8:])
	for i := 9; i > low; i-- {
		span := uint64(i - low + 1)
		j := low + int(r%span)
		r /= span
		a[i], a[j] = a[j], a[i]
	}
	return '0' + a[d-'0']
}

// Address is the pseudonym of an IP address, of the same family.
func (p *Pseudonyms) Address(s string) string {
	if s == "" {
		return ""
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return p.Name("ip", s)
	}
	a = a.Unmap()
	b := a.AsSlice()
	family := byte(4)
	if len(b) == 16 {
		family = 6
	}
	out := make([]byte, len(b))
	for i := range 8 * len(b) {
		out[i/8] = out[i/8]<<1 | b[i/8]>>(7-i%8)&1 ^ p.flip(family, b, i)
	}
	mapped, _ := netip.AddrFromSlice(out)
	return mapped.String()
}

// flip is a bit that the first n of b choose.
func (p *Pseudonyms) flip(family byte, b []byte, n int) byte {
	var in, out [aes.BlockSize]byte
	copy(in[:], b[:n/8])
	if n%8 != 0 {
		in[n/8] = b[n/8] &^ (0xff >> (n % 8))
	}
	// An IPv6 prefix of up to 127 bits fills the block: length and family are
	// mixed in by a first round.
	var head [aes.BlockSize]byte
	head[0], head[1] = family, byte(n)
	p.block.Encrypt(out[:], head[:])
	for i := range in {
		in[i] ^= out[i]
	}
	p.block.Encrypt(out[:], in[:])
	return out[0] & 1
}

// Name is the pseudonym of any other identifier of a kind.
func (p *Pseudonyms) Name(kind, value string) string {
	if value == "" {
		return ""
	}
	return p.names.name(kind, value)[:24]
}

// area is the pseudonym of a location area or cell; 0 stays.
func (p *Pseudonyms) area(kind string, v uint32) uint32 {
	if v == 0 {
		return 0
	}
	sum := p.names.sum(kind, strconv.FormatUint(uint64(v), 10))
	return max(1, binary.BigEndian.Uint32(sum[:4])>>4)
}
