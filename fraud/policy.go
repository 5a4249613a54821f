// Package fraud turns what is known of a send into a decision. Facts go in, a
// Policy weighs the Signals they show, a Decision with its reasons comes out:
// no I/O, no clock, no randomness, so that any decision can be recomputed from
// its facts and its policy's version.
package fraud

import (
	"slices"
	"time"
)

// Policy is a compiled policy file. It is read-only and safe for concurrent
// use.
type Policy struct {
	name      string
	version   string // name@first 12 hex digits of the file's SHA-256
	observe   bool
	sensitive []string
	rules     []rule
	plans     map[string]*plan // of the purposes that differ
	plan      *plan            // of all others
	ranges    []RangeRule
	explore   uint32 // the highest lot that wins; 0: none does
	text      []byte
}

// plan is what a policy says for one purpose.
type plan struct {
	bands   bands
	weights []weight // in catalog order
	caps    [16]float64
	rules   []*rule
}

// bands are the scores at which the decisions begin; below stepUp is allow.
type bands struct{ stepUp, review, block float64 }

// weight is a signal with what one policy and purpose make of it.
type weight struct {
	signal *Signal
	index  uint    // in catalog
	group  int     // in groups
	points float64 // of a flag
	curve  []knot  // of a ramp
	steps  []step  // of an aged signal
}

// knot is the points of a ramp at a value. Between two knots it is straight,
// before the first and after the last level.
type knot struct{ value, points float64 }

// step is the points of an aged signal up to an age.
type step struct {
	within time.Duration
	points float64
}

// rule is a hard rule: where it matches, the decision is at least then.
type rule struct {
	name             string
	all, any, unless set
	within           time.Duration
	purposes, except []string
	then             Kind
	freeze           bool
	refusal          string
}

// Name is the policy's name without its version.
func (p *Policy) Name() string { return p.name }

// Version names the policy and the content of its file, as in
// "default@1f0e9a4b22c7". The points of a decision are reproducible by it.
func (p *Policy) Version() string { return p.version }

// Text is the file that the policy was compiled from; it must not be changed.
func (p *Policy) Text() []byte { return p.text }

// Observes says that the policy only records what it would decide.
func (p *Policy) Observes() bool { return p.observe }

// Sensitive says that the purpose is one of those for which the identity is
// looked up after the request came, and that the fence never lets pass unseen.
func (p *Policy) Sensitive(purpose string) bool { return slices.Contains(p.sensitive, purpose) }

func (p *Policy) planOf(purpose string) *plan {
	if pl, ok := p.plans[purpose]; ok {
		return pl
	}
	return p.plan
}

// weigh evaluates a signal: its points, the age of what it saw, and whether it
// fired at all. A signal of zero points fires and shows.
func (w *weight) weigh(f *Facts) (points float64, age time.Duration, fired bool) {
	s := w.signal
	switch {
	case s.aged != nil:
		age, happened := s.aged(f)
		if !happened {
			return 0, 0, false
		}
		strength := 1.0
		if s.flag != nil {
			strength = s.flag(f)
		}
		for _, st := range w.steps {
			if age <= st.within {
				return st.points * strength, age, true
			}
		}
		return 0, 0, false
	case s.ramp != nil:
		v := s.ramp(f)
		return at(w.curve, v), 0, v > w.curve[0].value
	default:
		strength := s.flag(f)
		return w.points * strength, 0, strength > 0
	}
}
