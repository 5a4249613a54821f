package fraud

import "time"

// Term is the smallest part of a policy that has points of its own: a flag, a
// piece of a ramp's curve, a step of an aged signal. A score is, before caps,
// the sum of the terms' points, each times how far the facts show it.
type Term struct {
	Code     string
	From, To float64       // of a piece of a curve
	Within   time.Duration // of a step
	Points   float64
}

// Terms lists the terms of the plan for a purpose, in catalog order.
func (p *Policy) Terms(purpose string) (terms []Term) {
	for _, w := range p.planOf(purpose).weights {
		t := Term{Code: w.signal.Code, Points: w.points}
		for i := 1; i < len(w.curve); i++ {
			a, b := w.curve[i-1], w.curve[i]
			terms = append(terms, Term{Code: t.Code, From: a.value, To: b.value, Points: b.points - a.points})
		}
		for _, s := range w.steps {
			terms = append(terms, Term{Code: t.Code, Within: s.within, Points: s.points})
		}
		if w.curve == nil && w.steps == nil {
			terms = append(terms, t)
		}
	}
	return terms
}

// Shown sets dst, which has a place for each of the Terms of the facts'
// purpose, to how far the facts show each: 0 to 1, more for flags that count.
func (p *Policy) Shown(f *Facts, dst []float64) {
	clear(dst)
	i := 0
	for _, w := range p.planOf(f.Purpose).weights {
		i += w.show(f, dst[i:])
	}
}

// show sets the places of one signal's terms and returns how many they are.
func (w *weight) show(f *Facts, dst []float64) int {
	s := w.signal
	switch {
	case s.aged != nil:
		age, happened := s.aged(f)
		strength := 1.0
		if happened && s.flag != nil {
			strength = s.flag(f)
		}
		for i, st := range w.steps {
			if happened && age <= st.within {
				dst[i] = strength
				break
			}
		}
		return len(w.steps)
	case s.ramp != nil:
		v := s.ramp(f)
		for i := 1; i < len(w.curve); i++ {
			a, b := w.curve[i-1].value, w.curve[i].value
			dst[i-1] = min(1, max(0, (v-a)/(b-a)))
		}
		return len(w.curve) - 1
	}
	dst[0] = s.flag(f)
	return 1
}
