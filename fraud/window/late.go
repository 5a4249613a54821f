package window

// lateWorth is how much of an approval it is when somebody types a code in that
// has expired: a person came back too late, most likely. Whoever pumps does
// not wait at all; but anybody can type in anything.
const lateWorth = 0.3

// late counts the first expired code of a send that nobody has answered.
func (v *Velocity) late(p *pending, c *Check, now uint32) {
	if p.first != 0 {
		if p = v.waiting.find(p.first); p == nil {
			return
		}
	}
	if p.state != awaited {
		return
	}
	p.state = lateState
	worth := float32(lateWorth * min(1, max(0, 1-p.oddity(c)/2)))
	undone := worth * p.told
	p.told -= undone
	for _, k := range v.counted(p) {
		if k == 0 {
			continue
		}
		v.flows.use(k, now, func(f *flow) {
			f.approved += worth
			f.cusum = max(0, f.cusum-undone)
		})
	}
	if p.newcomer && p.stage > 0 {
		v.prove(p, worth*float32(v.curve.at(int(p.stage)-1)), now)
	}
}
