package traffic

// ranges is where a pumping campaign takes its numbers from: blocks that a
// reseller shares the fee of. Some are filled with subscribers, some empty.
type ranges struct {
	ops      []*operator
	order    int // step between numbers; 0: at random
	width    int // numbers of a block that it has
	perRange int // numbers before it takes the next block
	spread   int // blocks in use at a time
	inUse    []*run
	fresh    float64 // of its blocks that are empty ones
}

// run is one block in use.
type run struct {
	op   *operator
	b    block
	next int
	left int
}

// prone are countries whose numbers are often pumped: receiving pays there.
var prone = []string{"LK", "BD", "PK", "ID", "PH", "UZ", "KG", "TJ", "AZ", "TN", "DZ", "NG", "GH", "SN", "TZ", "KE", "EG", "KZ", "UA", "RO", "GB", "ES", "MA", "SA"}

// targets are n networks to pump: mostly in the prone countries, for careful
// attackers often in those that the tenant has anyway.
func (c *campaign) targets(n int) []*operator {
	var ops []*operator
	familiar := 0.2
	if c.tac.adaptive {
		familiar = 0.65
	}
	for range n {
		of := c.w.atlas.byRegion[pick(c.d, prone)]
		if c.d.chance(familiar) {
			of = c.t.countries[c.d.weighted(c.t.weights)]
		}
		ops = append(ops, c.d.operator(of))
	}
	return ops
}

// newRanges takes blocks of the networks.
func (c *campaign) newRanges(ops []*operator, order, spread int) *ranges {
	return &ranges{
		ops: ops, order: order, width: pick(c.d, []int{500, 1000, 2000, blockSize}), perRange: c.tac.rotate,
		spread: spread, fresh: pick(c.d, []float64{0, 0.3, 0.5, 1}),
	}
}

// number takes the next number, and rotates.
func (r *ranges) number(d dice) (*operator, string) {
	if len(r.inUse) < r.spread {
		r.inUse = append(r.inUse, r.take(d))
	}
	i := d.IntN(len(r.inUse))
	u := r.inUse[i]
	u.left--
	n := u.next + d.IntN(r.width)
	if r.order > 0 {
		u.next += 1 + d.IntN(r.order)
		n = u.next
	}
	if u.left <= 0 {
		r.inUse[i] = r.take(d)
	}
	return u.op, u.b.number(n)
}

func (r *ranges) take(d dice) *run {
	o := pick(d, r.ops)
	u := &run{op: o, b: d.popular(o), left: 1 + int(d.about(float64(r.perRange), 0.3))}
	if d.chance(r.fresh) {
		u.b = d.anyBlock(o)
	}
	u.next = d.IntN(blockSize/1000) * 1000
	if r.order > 0 {
		u.next = d.IntN(blockSize)
	}
	return u
}
