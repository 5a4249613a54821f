package address

import "encoding/binary"

// column is sorted starts of ranges, and the value of each range up to the
// next, as little-endian arrays: systems of four octets, countries of two.
type column[K uint32 | uint64] struct {
	starts []byte
	values []byte
}

// width is the octets of a start.
func (c *column[K]) width() int {
	if K(0)-1 > 0xffffffff {
		return 8
	}
	return 4
}

func (c *column[K]) start(i int) K {
	if c.width() == 8 {
		return K(binary.LittleEndian.Uint64(c.starts[8*i:]))
	}
	return K(binary.LittleEndian.Uint32(c.starts[4*i:]))
}

func (c *column[K]) len() int { return len(c.starts) / c.width() }

// sound says that the arrays belong together: sorted starts, from the first
// address on, and a value of so many octets for each.
func (c *column[K]) sound(value int) bool {
	n := c.len()
	if n == 0 || len(c.starts) != n*c.width() || len(c.values) != n*value || c.start(0) != 0 {
		return false
	}
	// The order is the generator's to keep, and its test's: looking at each
	// start here would read the whole table at every start of the process.
	return c.start(n-1) > c.start(n/2) || n < 3
}

// find is the value of the range that holds k.
func (c *column[K]) find(k K) uint32 {
	low, high := 0, c.len() // the range starts at low or before high
	for high-low > 1 {
		if middle := (low + high) / 2; c.start(middle) <= k {
			low = middle
		} else {
			high = middle
		}
	}
	if len(c.values) == 2*c.len() {
		return uint32(binary.LittleEndian.Uint16(c.values[2*low:]))
	}
	return binary.LittleEndian.Uint32(c.values[4*low:])
}
