// Package refit estimates a policy's points from labelled sends: a logistic
// regression on the policy's own terms (fraud.Policy.Terms), so that the result
// is a scorecard like the one before it, and as readable.
//
// A point stands for the same evidence wherever it stands in the policy. What
// the fit says in nats becomes points by one scale, by which a send that is an
// attack as likely as not, at the sample's share of attacks, scores the policy's
// step_up band. Rules and bands stay as they are. The terms are those of the
// decisions that the policy itself made while the sample was drawn: what it
// refused had no outcome, so that a policy which decides otherwise sees other
// facts. Fit again with the new one, two or three times.
package refit

import (
	"fmt"
	"math"

	"tollgate/fraud"
)

// MaxRows bounds the sends that are kept: some 200 octets each.
const MaxRows = 2_000_000

// Sample is labelled sends as the terms that they show.
type Sample struct {
	policy  *fraud.Policy
	Terms   []fraud.Term // of the plan for all purposes that are not named
	plans   map[string][]place
	shown   []float64
	rows    []row
	Skipped int64 // sends beyond MaxRows
	Attacks int64
}

// row is one send: the terms that it shows, and how far.
type row struct {
	attack bool
	terms  []uint16
	shown  []float32
}

// place is where a term of a purpose's plan stands in Terms, -1 for nowhere, and
// how many times its points are those of the common plan.
type place struct {
	at    int
	times float64
}

// NewSample begins a sample for one policy.
func NewSample(p *fraud.Policy) *Sample {
	return &Sample{policy: p, Terms: p.Terms(""), plans: map[string][]place{}}
}

// Add takes a send by the facts that it was decided by.
func (s *Sample) Add(f *fraud.Facts, attack bool) {
	if len(s.rows) >= MaxRows {
		s.Skipped++
		return
	}
	plan := s.planOf(f.Purpose)
	if len(s.shown) < len(plan) {
		s.shown = make([]float64, len(plan))
	}
	shown := s.shown[:len(plan)]
	s.policy.Shown(f, shown)
	r := row{attack: attack}
	for i, v := range shown {
		if p := plan[i]; v != 0 && p.at >= 0 {
			r.terms = append(r.terms, uint16(p.at))
			r.shown = append(r.shown, float32(v*p.times))
		}
	}
	s.rows = append(s.rows, r)
	if attack {
		s.Attacks++
	}
}

// Sends is how many are kept.
func (s *Sample) Sends() int64 { return int64(len(s.rows)) }

// planOf finds each term of a purpose's plan in the common one.
func (s *Sample) planOf(purpose string) []place {
	if p, ok := s.plans[purpose]; ok {
		return p
	}
	at := map[fraud.Term]int{}
	for i, t := range s.Terms {
		at[t.Key()] = i
	}
	var plan []place
	for _, t := range s.policy.Terms(purpose) {
		p := place{-1, 1}
		if i, ok := at[t.Key()]; ok {
			p.at = i
			if base := s.Terms[i].Points; base != 0 && t.Points != 0 {
				p.times = t.Points / base
			}
		}
		plan = append(plan, p)
	}
	s.plans[purpose] = plan
	return plan
}

// Options of a fit. A zero field means its default.
type Options struct {
	// Ridge is the weight of the squares of the weights (L2), a send's mean
	// loss being 1 nat at most in the beginning; default 1e-5.
	Ridge float64
	// Signed leaves out, one after the other, what would get a sign that is
	// not plausible, until nothing does.
	Signed bool
}

// Fit is what came of it.
type Fit struct {
	Terms     []Estimate
	Intercept float64 // nats: what a send is that shows nothing
	Nat       float64 // points of a nat
	Loss      float64 // mean, nats a send
	Error     float64 // of calibration, on the sample itself
	Rounds    int     // fits until the signs were plausible
}

// Estimate is one term.
type Estimate struct {
	fraud.Term
	Sign        float64 // that is plausible: +1 or -1
	Nats        float64
	Points      float64 // new ones
	Shown       int64   // sends that show it
	Implausible bool    // the sign that an unconstrained fit gives is the other one
}

// Solve fits the sample. It is deterministic.
func (s *Sample) Solve(o Options) (*Fit, error) {
	if s.Attacks == 0 || s.Attacks == s.Sends() {
		return nil, fmt.Errorf("a fit needs labelled sends of people and of attacks: there are %d, %d of them attacks", s.Sends(), s.Attacks)
	}
	if o.Ridge <= 0 {
		o.Ridge = 1e-5
	}
	f := &Fit{Terms: s.estimates()}
	model := newModel(s.rows, len(f.Terms), o.Ridge)
	for f.Rounds = 1; ; f.Rounds++ {
		if err := model.solve(); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		wrong := f.judge(model, f.Rounds == 1)
		if !o.Signed || !wrong || f.Rounds > maxRounds {
			break
		}
	}
	f.Intercept, f.Loss = model.w[len(f.Terms)], model.loss
	f.Error = model.calibration()
	f.scale(s.policy.StepUp())
	return f, nil
}

// maxRounds bounds the fits of a signed one.
const maxRounds = 30

// judge takes the weights over, and says whether one has a sign that is not
// plausible; in a signed fit it is 0 from then on.
func (f *Fit) judge(m *model, first bool) (wrong bool) {
	for i := range f.Terms {
		t := &f.Terms[i]
		t.Nats = m.w[i]
		bad := t.Nats*t.Sign < -1e-3
		t.Implausible = t.Implausible || first && bad
		if bad {
			wrong = true
			m.fixed[i] = true
		}
	}
	return wrong
}

// scale turns nats into points.
func (f *Fit) scale(stepUp float64) {
	f.Nat = usualNat
	if f.Intercept < -1 && stepUp > 0 {
		f.Nat = stepUp / -f.Intercept
	}
	for i := range f.Terms {
		t := &f.Terms[i]
		t.Points = math.Round(min(1000, max(-1000, t.Nats*f.Nat))*10) / 10
		if t.Points == 0 {
			t.Points = 0 // never -0
		}
	}
}

// usualNat is the points of a nat where the sample cannot tell.
const usualNat = 50

func (s *Sample) estimates() []Estimate {
	history := map[string]bool{}
	for _, i := range fraud.Signals() {
		history[i.Code] = i.Group == "history"
	}
	all := make([]Estimate, len(s.Terms))
	for i, t := range s.Terms {
		all[i] = Estimate{Term: t, Sign: 1}
		if t.Points < 0 || t.Points == 0 && history[t.Code] {
			all[i].Sign = -1
		}
	}
	for _, r := range s.rows {
		for _, t := range r.terms {
			all[t].Shown++
		}
	}
	return all
}

// Points are the new points of all terms, for fraud.SetPoints.
func (f *Fit) Points() map[fraud.Term]float64 {
	points := make(map[fraud.Term]float64, len(f.Terms))
	for i := range f.Terms {
		points[f.Terms[i].Key()] = f.Terms[i].Points
	}
	return points
}
