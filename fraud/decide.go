package fraud

import (
	"math"
	"slices"
	"time"
)

// finding is a signal that fired.
type finding struct {
	weight *weight
	points float64
	age    time.Duration
}

// findings are all signals that fired, on the stack of Decide.
type findings struct {
	n     int
	found [maxSignals]finding
	set   set
}

// Decide weighs the facts. It is pure: the same facts and the same policy
// version give the same decision, bit for bit.
func (p *Policy) Decide(f *Facts) Decision { return p.decide(f, noSignals) }

// DecideInto is Decide into a decision that is used again, with its reasons:
// where their evidence is fixed words, nothing is allocated.
func (p *Policy) DecideInto(f *Facts, d *Decision) { p.into(d, f, noSignals) }

// decide is Decide as if the signals in without, a set of catalog indices, had
// not fired.
func (p *Policy) decide(f *Facts, without set) (d Decision) {
	p.into(&d, f, without)
	return d
}

func (p *Policy) into(d *Decision, f *Facts, without set) {
	pl := p.planOf(f.Purpose)
	var fs findings
	fs.collect(pl, f, without)
	fs.cap(pl)
	score := squash(fs.sum())
	*d = Decision{Kind: pl.bands.kind(score), Score: score, Policy: p.version, Reasons: d.Reasons[:0]}
	if r := strictest(pl.rules, &fs); r != nil && r.severity() >= d.Kind.Severity() {
		d.Kind, d.Rule, d.Freeze, d.Refusal = r.then, r.name, r.freeze, r.refusal
	}
	p.controls(d, &fs, f)
	if d.Kind == StepUp && fs.set.has(assuranceIndex) {
		d.Kind, d.Rule = Allow, "assurance"
	}
	d.Reasons = fs.reasons(d.Reasons, f)
	if p.observe {
		d.Observed, d.Kind, d.Freeze, d.Refusal = d.Kind, Allow, false, ""
	}
}

var assuranceIndex = uint(catalogIndex[assurance.Code])

func (fs *findings) collect(pl *plan, f *Facts, without set) {
	for i := range pl.weights {
		w := &pl.weights[i]
		if without.has(w.index) {
			continue
		}
		if points, age, fired := w.weigh(f); fired {
			fs.found[fs.n] = finding{w, points, age}
			fs.n++
			fs.set.add(w.index)
		}
	}
}

// cap bends what a group gives in all below its cap, and shrinks each of its
// points by the same factor, so that the reasons shown still add up.
func (fs *findings) cap(pl *plan) {
	var sums [16]float64
	for _, x := range fs.found[:fs.n] {
		if x.points > 0 {
			sums[x.weight.group] += x.points
		}
	}
	for i := range fs.found[:fs.n] {
		x := &fs.found[i]
		if most, all := pl.caps[x.weight.group], sums[x.weight.group]; x.points > 0 && most > 0 {
			x.points *= bend(all, most) / all
		}
		x.points = round(x.points)
	}
}

func (fs *findings) sum() float64 {
	total := 0.0
	for _, x := range fs.found[:fs.n] {
		total += x.points
	}
	return total
}

// top is the score that no evidence reaches.
const top = 1000.0

// bend leaves a sum alone up to four fifths of its limit. Beyond, it keeps
// rising ever more slowly and never arrives, so that heavy evidence still
// ranks; the bend is a fraction and not an exponential because that is the
// same on every machine.
func bend(sum, limit float64) float64 {
	knee := 0.8 * limit
	if sum <= knee {
		return sum
	}
	room := limit - knee
	return limit - room*room/(room+sum-knee)
}

// squash makes the score, 0 to 1000, of the sum of points.
func squash(sum float64) float64 { return round(bend(max(0, sum), top)) }

// round keeps three decimals: fine enough to rank, short enough to read.
func round(v float64) float64 {
	r := math.Round(v*1000) / 1000
	if r == 0 {
		return 0 // never -0, which JSON shows
	}
	return r
}

func (b bands) kind(score float64) Kind {
	switch {
	case score >= b.block:
		return Block
	case score >= b.review:
		return Review
	case score >= b.stepUp:
		return StepUp
	}
	return Allow
}

// frozen is the severity of a freeze: it outlasts the send, so it is stricter
// than a block, which refuses this send alone.
const frozen = 4

func (r *rule) severity() int {
	if r.freeze {
		return frozen
	}
	return r.then.Severity()
}

// strictest returns the strictest rule that matches, the first of equals.
func strictest(rules []*rule, fs *findings) (best *rule) {
	for _, r := range rules {
		if (best == nil || r.severity() > best.severity()) && r.matches(fs) {
			best = r
		}
	}
	return best
}

// matches tests the signals that fired. With a bound on age, an aged signal
// that is older than it counts as not fired.
func (r *rule) matches(fs *findings) bool {
	set := fs.set
	if r.within > 0 {
		for _, x := range fs.found[:fs.n] {
			if x.weight.signal.aged != nil && x.age > r.within {
				set.drop(x.weight.index)
			}
		}
	}
	return set.all(r.all) && (r.any == noSignals || set.any(r.any)) && !fs.set.any(r.unless)
}

// reasons words the findings, the heaviest first, those that speak for the
// caller last.
func (fs *findings) reasons(out []Reason, f *Facts) []Reason {
	out = slices.Grow(out, fs.n)
	if out == nil {
		out = []Reason{} // none is a list too
	}
	found := fs.found[:fs.n]
	slices.SortStableFunc(found, func(a, b finding) int {
		switch {
		case a.points > b.points:
			return -1
		case a.points < b.points:
			return 1
		}
		return 0
	})
	for _, x := range found {
		out = append(out, Reason{Code: x.weight.signal.Code, Points: x.points, Evidence: x.weight.signal.evidence(f)})
	}
	return out
}
