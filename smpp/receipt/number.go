package receipt

import "math/bits"

// number is an id read as an integer of 256 bits, as much as the 64 octets of a
// message_id (SMPP 3.4 §5.2.23) hold in hexadecimal: int64 is too small for the
// ids of some carriers.
type number [4]uint64

// decimal reads an id of decimal digits.
func decimal(id string) (n number, ok bool) { return parseNumber(id, 10) }

// hexadecimal reads an id of hexadecimal digits in either case, with a 0x in
// front or the dashes of a UUID.
func hexadecimal(id string) (n number, ok bool) {
	if len(id) > 2 && id[0] == '0' && id[1]|0x20 == 'x' {
		id = id[2:]
	}
	return parseNumber(id, 16)
}

func parseNumber(id string, base uint64) (n number, ok bool) {
	for i := range len(id) {
		d, valid := digit(id[i])
		switch {
		case id[i] == '-' && base == 16 && i > 0:
			continue
		case !valid || d >= base:
			return number{}, false
		}
		for j := range n {
			hi, lo := bits.Mul64(n[j], base)
			sum, carry := bits.Add64(lo, d, 0)
			n[j], d = sum, hi+carry
		}
		if d != 0 {
			return number{}, false // above 256 bits
		}
	}
	return n, len(id) > 0
}

func digit(c byte) (v uint64, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0'), true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10, true
	}
	return 0, false
}
