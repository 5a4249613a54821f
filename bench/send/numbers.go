package bench

import (
	"math/big"
	"strconv"
	"strings"
)

// blocks are German mobile number blocks in use (after +49), each with seven
// digits behind: 11 digits, the length of all numbers that begin with 15.
var blocks = [...]string{
	"1511", "1512", "1514", "1515", "1516", "1517", "1520", "1522", "1523",
	"1525", "1526", "1529", "1573", "1575", "1577", "1578", "1590",
}

const (
	perBlock    = 10_000_000
	numbersMax  = uint64(len(blocks)) * perBlock
	numberSteps = 104_729_947 // coprime to numbersMax, and no two of its multiples look sequential
)

// numbers gives distinct valid mobile numbers in no visible order: number i is
// found from i, and i from the number, without a table.
type numbers struct{ offset, inverse uint64 }

func newNumbers(seed uint64) numbers {
	inverse := new(big.Int).ModInverse(big.NewInt(numberSteps), new(big.Int).SetUint64(numbersMax))
	return numbers{offset: mix(seed) % numbersMax, inverse: inverse.Uint64()}
}

// append appends the i-th number in E.164.
func (n numbers) append(b []byte, i uint64) []byte {
	v := (i%numbersMax*numberSteps + n.offset) % numbersMax
	b = append(b, "+49"...)
	b = append(b, blocks[v/perBlock]...)
	digits := strconv.AppendUint(nil, perBlock+v%perBlock, 10)
	return append(b, digits[1:]...)
}

// index is the i that gave the number; ok is false for any other number.
func (n numbers) index(e164 string) (i uint64, ok bool) {
	rest, ok := strings.CutPrefix(e164, "+49")
	if !ok || len(rest) != 11 {
		return 0, false
	}
	for b, block := range blocks {
		if strings.HasPrefix(rest, block) {
			v, err := strconv.ParseUint(rest[len(block):], 10, 64)
			v += uint64(b) * perBlock
			return (v + numbersMax - n.offset) % numbersMax * n.inverse % numbersMax, err == nil
		}
	}
	return 0, false
}

// mix spreads a seed over 64 bits (the finalizer of splitmix64).
func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
