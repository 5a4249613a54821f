package coding

const carriageReturn = 0x0D

// appendPacked appends septets, eight in seven octets (TS 23.038 §6.1.2.1.1),
// behind header octets of a user data header: the first septet starts at the
// next septet boundary. Seven bits that are left over become a carriage return,
// or the reader would see an @ (§6.1.2.3.1).
func appendPacked(b []byte, septets []byte, header int) []byte {
	acc, n := uint(0), fillBits(header)
	put := func(s byte) {
		acc |= uint(s&0x7F) << n
		for n += 7; n >= 8; n -= 8 {
			b = append(b, byte(acc))
			acc >>= 8
		}
	}
	for _, s := range septets {
		put(s)
	}
	if n == 1 && len(septets) > 0 {
		put(carriageReturn)
	}
	if n > 0 && len(septets) > 0 {
		b = append(b, byte(acc))
	}
	return b
}

// unpack reads packed septets behind header octets, without the carriage return
// that only fills the last octet.
func unpack(b []byte, header int) []byte {
	fill := int(fillBits(header))
	count := max(len(b)*8-fill, 0) / 7
	septets := make([]byte, 0, count)
	for i := range count {
		bit := fill + 7*i
		v := uint(b[bit/8]) >> (bit % 8)
		if bit%8 > 1 {
			v |= uint(b[bit/8+1]) << (8 - bit%8)
		}
		septets = append(septets, byte(v&0x7F))
	}
	if count > 0 && (fill+7*count)%8 == 0 && septets[count-1] == carriageReturn {
		septets = septets[:count-1]
	}
	return septets
}

// fillBits returns the bits between a header and the next septet boundary.
func fillBits(header int) uint { return uint(7-header*8%7) % 7 }
