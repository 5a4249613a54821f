package traffic

import (
	"math"
	"strconv"

	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
)

// Numbers are given out in blocks of ten thousand. A network has filled some of
// its blocks with subscribers, the older ones densely, and left others empty.
const (
	blockDigits = 4
	blockSize   = 10_000
	blocksOf    = 700 // filled blocks of a network with a third of the market
)

// block is a number without its last four digits, in E.164.
type block string

// filled is the rank-th block that the operator filled, the same in every run.
func (o *operator) filled(rank int) block {
	return o.block(hash(uint64(rank), "block"+o.plmn))
}

func (o *operator) blocks() int { return max(12, int(blocksOf*o.share/30)) }

// popular is a filled block, the older ones more often: the first tenth of them
// has two fifths of the subscribers.
func (d dice) popular(o *operator) block {
	return o.filled(int(float64(o.blocks()) * math.Pow(d.Float64(), 2.5)))
}

// anyBlock is one of the operator's prefixes at random, mostly an empty one.
func (d dice) anyBlock(o *operator) block { return o.block(d.Uint64()) }

// block spreads h over the operator's prefixes and the digits behind them, and
// goes on until what comes out is a valid mobile number's.
func (o *operator) block(h uint64) block {
	for {
		h = mix(h)
		p := o.prefixes[h>>8%uint64(len(o.prefixes))]
		b := append([]byte("+"), o.country.code...)
		b = append(b, p.digits...)
		for rest := mix(h + 1); len(b) < 1+len(o.country.code)+p.length-blockDigits; rest /= 10 {
			b = append(b, '0'+byte(rest%10))
		}
		if mobile(string(b) + "1234") {
			return block(b)
		}
	}
}

func mobile(number string) bool {
	n, ok := numbering.Classify(subscriber.MSISDN(number))
	return ok && (n.LineType == "mobile" || n.LineType == "fixed_or_mobile")
}

// number is the n-th of the block's ten thousand.
func (b block) number(n int) string {
	digits := strconv.Itoa(blockSize + n%blockSize)
	return string(b) + digits[1:]
}

// subscriber is a number of the operator that nobody else was given, until its
// block has been handed out once.
func (w *world) subscriber(d dice, o *operator) string {
	b := d.popular(o)
	n := w.given[b]
	w.given[b]++
	return b.number(b.shuffled(n))
}

// shuffled is a permutation of the block's numbers, a Feistel network of four
// rounds on the upper and the lower two digits.
func (b block) shuffled(n int) int {
	hi, lo := n/100%100, n%100
	for round := range 4 {
		hi, lo = lo, (hi+int(hash(uint64(lo*4+round), string(b))%100))%100
	}
	return hi*100 + lo
}

// operator is one of the country's networks, by share.
func (d dice) operator(c *country) *operator { return c.operators[d.weighted(c.shares)] }
