package window

import (
	"math"

	"tollgate/fraud"
)

// levels is how many digits are cut off a number for its ranges, from the
// smallest range to the largest.
var levels = [...]uint64{1e3, 1e4, 1e5, 1e6}

const (
	// rangeShare is what a tenth of a range takes of the range's newcomers
	// when nothing is known: subscribers crowd, so it is more than a tenth.
	rangeShare = 0.2
	// topShare is the same for a range of a million in its country.
	topShare = 0.15
	// shareWeight is how many newcomers it takes until a share is believed
	// as it was seen, half and half.
	shareWeight = 6
	// alike says how alike the parts of ranges are from one country to another:
	// their shares spread as if that many more newcomers had been seen.
	alike = 6
	// byChance is what a country's most crowded range of some thousands
	// reaches anyhow.
	byChance = 7
	// settled is how many newcomers a tenant must have had until where the
	// next ones come from is told in full.
	settled = 60
)

// crowding measures, in nats, how much better "the newcomers come to this very
// range" explains the latest of them than what the range is used to. It goes
// down from the country to ever smaller ranges, and at each step takes the
// one-sided deviance of the child's share of the parent's newcomers. A flash
// crowd raises parent and child alike and shows nothing; a campaign shows at
// the range that it draws its numbers from.
type crowding struct {
	fast, slow float64 // nats
	open       float64 // nats of those let go whose codes should have been typed in
	allFast    float64 // nats of all, those too who have typed their codes in
	allSlow    float64
	upTo       int // digits cut off of the range that the evidence points at
	steepest   float64
}

// step goes down from a parent to a child that is used to a share of it.
func (c *crowding) step(parent, child *flow, usual share, digits int) {
	f, n := child.undone()
	ofF, ofN := parent.undone()
	fast, slow := usual.deviance(f, ofF), usual.deviance(n, ofN)
	c.fast += fast
	c.slow += slow
	c.allFast += usual.deviance(float64(child.fast), float64(parent.fast))
	c.allSlow += usual.deviance(float64(child.slow), float64(parent.slow))
	c.open += usual.deviance(float64(child.open), float64(parent.open))
	if most := max(fast, slow); most > 0.5 && most >= c.steepest/2 {
		c.upTo, c.steepest = digits, max(c.steepest, most)
	}
}

// share is what part of a range's newcomers one of its parts is used to, and
// how many of them that was learnt from.
type share struct{ mean, weight float64 }

// topOf is the share that a range of a million has of its country's newcomers.
// Which ones are popular can only be learnt, so the latest count too.
func topOf(country, million *flow) share {
	weight := float64(country.base) + shareWeight
	return share{(float64(million.base) + shareWeight*topShare) / weight, weight}
}

// shareOf is the share that a tenth has of a range, the latest hours left out:
// they are what is judged.
func shareOf(parent, child *flow) share {
	known, of := max(0, child.base-child.slow), max(0, parent.base-parent.slow)
	weight := float64(of) + shareWeight
	return share{(float64(known) + shareWeight*rangeShare) / weight, weight}
}

// deviance is the one-sided log-likelihood ratio of a binomial: n of N came
// here, where the mean was expected, and no less than that. A mean that was
// learnt from few is not known well, so that the ratio is divided by what that
// adds to the variance (a beta-binomial's): where people live in a country that
// is new to the tenant a flash crowd shows, however many come.
func (u share) deviance(n, of float64) float64 {
	if n <= 0.05 || of <= 0 {
		return 0
	}
	q := min(n/of, 1)
	if q <= u.mean {
		return 0
	}
	d := n * math.Log(q/u.mean)
	if rest := of - n; rest > 0 && q < 1 {
		d += rest * math.Log((1-q)/(1-u.mean))
	}
	return max(0, d) / (1 + max(0, of-1)/(u.weight+alike))
}

// crowd reads and counts the flows of a send from its country down to the
// smallest range, and returns the country's and that of the range that suspects
// are counted for. What is told is of the other numbers before this one.
func (v *Velocity) crowd(now uint32, s *keyed, newcomer, again bool, out *fraud.Velocity) (country, own flow) {
	var c crowding
	country = v.visit(v.hash(kindCountry, s.tenant, s.country), now, newcomer, again)
	parent := country
	for i := len(levels) - 1; i >= 0; i-- {
		child := v.visit(v.rangeKey(s.tenant, s.digits, i), now, newcomer, again)
		usual := shareOf(&parent, &child)
		if i == len(levels)-1 {
			usual = topOf(&parent, &child)
		}
		c.step(&parent, &child, usual, i+3)
		out.RangeNewcomers[i] = round(float64(child.slow))
		if i == suspectLevel {
			own, out.Suspects.Country = child, country.suspects(&child)
		}
		parent = child
	}
	known := v.newcomers(now, s) / settled
	out.Crowd, out.CrowdDigits = round(min(1, known)*max(c.fast-byChance, c.slow-byChance, 0)), c.upTo
	out.CrowdAnswered = round(max(0, min(1, known)*max(c.allFast-byChance, c.allSlow-byChance, 0)-out.Crowd))
	out.CrowdOpen = round(min(1, known) * max(c.open-byChance, 0))
	return country, own
}

// newcomers is how many a tenant has had.
func (v *Velocity) newcomers(now uint32, s *keyed) (n float64) {
	v.flows.use(v.hash(kindTenant, s.tenant, 0), now, func(f *flow) { n = float64(f.base) })
	return n
}

// surge reads how much of the tenant's latest sends to the country, and of the
// send's class, is more than usual, and counts the send. A class is held against
// its like, newcomers or people who are known with the same purpose: in a flash
// crowd of sign-ups all classes of newcomers who sign up rise together.
func (v *Velocity) surge(now uint32, s *keyed, own *flow, again bool, out *fraud.Velocity) {
	all := v.visit(v.hash(kindTenant, s.tenant, 0), now, !again, false)
	like := v.visit(v.hash(kindTenant, s.tenant, 1+s.class&^classMarks), now, !again, false)
	class := v.visit(v.hash(kindClass, s.tenant, s.class), now, !again, false)
	out.ClassExcess = excess(&like, &class)
	out.Suspects.Class = class.suspects(own)
	country := v.visit(v.hash(kindCountry, s.tenant, s.country<<1|1), now, !again, false)
	out.CountryExcess = excess(&all, &country)
}

// visit returns a flow as it was before this send, and counts the send in it.
// A number that comes again is left out of what is returned: it is no crowd of
// its own.
func (v *Velocity) visit(hash uint64, now uint32, newcomer, again bool) (was flow) {
	c, sh := v.flows.at(hash, now)
	c.age(sh.was, now)
	was = *c
	if newcomer {
		c.count()
	}
	sh.mu.Unlock()
	if again {
		was.fast, was.slow = max(0, was.fast-1), max(0, was.slow-1)
		was.open = max(0, was.open-1)
	}
	return was
}

func (v *Velocity) rangeKey(tenant, digits uint64, level int) uint64 {
	return v.hash(kindRange+uint64(level)<<8, tenant, digits/levels[level])
}

// round keeps three decimals of a fact.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
