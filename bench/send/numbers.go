package send

import (
	"math"
	"strconv"
	"strings"
)

// numbers gives distinct valid mobile numbers in no visible order, of several
// countries by weight: number i is found from i, and i from the number, without
// a table.
type numbers struct {
	lands []land
	order []int  // of lands, repeating
	rank  []int  // how often the land came in order before this place
	max   uint64 // distinct numbers; behind them they repeat
}

// land is one country's numbers and its share.
type land struct {
	country
	weight         uint64
	places         []int // in order
	perBlock, size uint64
	offset, step   uint64
	inverse        uint64 // of step, modulo size
	length         int
}

func newNumbers(seed uint64, mix Mix) (*numbers, error) {
	n := &numbers{order: mix.cycle(), max: math.MaxUint64}
	for i, s := range mix {
		c, err := findCountry(s.Name)
		if err != nil {
			return nil, err
		}
		n.lands = append(n.lands, newLand(c, spread(seed+uint64(i))))
	}
	for place, i := range n.order {
		l := &n.lands[i]
		n.rank = append(n.rank, len(l.places))
		l.places = append(l.places, place)
		l.weight++
	}
	for i := range n.lands {
		n.max = min(n.max, n.lands[i].size/n.lands[i].weight*uint64(len(n.order)))
	}
	return n, nil
}

func newLand(c country, offset uint64) land {
	l := land{country: c, perBlock: 1}
	for range c.digits {
		l.perBlock *= 10
	}
	l.size = l.perBlock * uint64(len(c.blocks))
	l.offset = offset % l.size
	// The golden ratio keeps multiples of the step away from each other.
	const golden = 0.6180339887498949
	for l.step = uint64(golden * float64(l.size)); gcd(l.step, l.size) != 1; {
		l.step++
	}
	l.inverse = inverse(l.step, l.size)
	l.length = len(c.prefix) + len(c.blocks[0]) + c.digits
	return l
}

// append appends the i-th number in E.164.
func (n *numbers) append(b []byte, i uint64) []byte {
	i %= n.max
	cycle := uint64(len(n.order))
	place := i % cycle
	l := &n.lands[n.order[place]]
	return l.append(b, i/cycle*l.weight+uint64(n.rank[place]))
}

func (l *land) append(b []byte, j uint64) []byte {
	v := (mulMod(j, l.step, l.size) + l.offset) % l.size
	b = append(b, l.prefix...)
	b = append(b, l.blocks[v/l.perBlock]...)
	return digits(b, v%l.perBlock, l.country.digits)
}

// index is the i that gave the number; ok is false for any other number.
func (n *numbers) index(e164 string) (i uint64, ok bool) {
	for k := range n.lands {
		l := &n.lands[k]
		if j, ok := l.index(e164); ok {
			i := j/l.weight*uint64(len(n.order)) + uint64(l.places[j%l.weight])
			return i, i < n.max
		}
	}
	return 0, false
}

func (l *land) index(e164 string) (j uint64, ok bool) {
	if len(e164) != l.length || !strings.HasPrefix(e164, l.prefix) {
		return 0, false
	}
	rest := e164[len(l.prefix):]
	for b, block := range l.blocks {
		if strings.HasPrefix(rest, block) {
			v, err := strconv.ParseUint(rest[len(block):], 10, 64)
			v += uint64(b) * l.perBlock
			return mulMod((v+l.size-l.offset)%l.size, l.inverse, l.size), err == nil
		}
	}
	return 0, false
}

// mulMod multiplies below 2^31 each: sizes are some 10^8 at most.
func mulMod(a, b, m uint64) uint64 { return a % m * (b % m) % m }

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// inverse is the x with a*x = 1 modulo m, by Euclid's algorithm; a and m have
// no common divisor.
func inverse(a, m uint64) uint64 {
	r0, r1, x0, x1 := int64(m), int64(a%m), int64(0), int64(1)
	for r1 != 0 {
		q := r0 / r1
		r0, r1 = r1, r0-q*r1
		x0, x1 = x1, x0-q*x1
	}
	if x0 < 0 {
		x0 += int64(m)
	}
	return uint64(x0)
}

// spread spreads a seed over 64 bits (the finalizer of splitmix64).
func spread(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
