package fraud

import "time"

// Explanation is how a policy comes to a decision: all that it weighs, and what
// would have to be otherwise for it to decide otherwise.
type Explanation struct {
	Decision Decision         `json:"decision"`
	Bands    Bands            `json:"bands"`
	Signals  []Weighed        `json:"signals"` // that fired, in catalog order
	Silent   []string         `json:"silent"`  // that the policy weighs for this purpose and that did not fire
	Groups   []GroupPoints    `json:"groups"`  // that gave points
	Rules    []RuleMatch      `json:"rules"`   // that hold for this purpose
	Without  []CounterFactual `json:"without"` // for each signal, and each group of several: the decision if it had not fired
}

// Bands are the scores at which the decisions begin; below StepUp is allow.
type Bands struct {
	StepUp float64 `json:"step_up"`
	Review float64 `json:"review"`
	Block  float64 `json:"block"`
}

// Weighed is a signal that fired.
type Weighed struct {
	Code     string        `json:"code"`
	Group    string        `json:"group"`
	Raw      float64       `json:"raw"`    // points before its group's cap
	Points   float64       `json:"points"` // that it gave
	Age      time.Duration `json:"age,omitempty"`
	Evidence string        `json:"evidence"`
}

// GroupPoints is what the signals of one group gave in all.
type GroupPoints struct {
	Group  string  `json:"group"`
	Raw    float64 `json:"raw"`
	Cap    float64 `json:"cap,omitempty"` // 0: none
	Points float64 `json:"points"`
}

// RuleMatch is one hard rule.
type RuleMatch struct {
	Name    string `json:"name"`
	Then    string `json:"then"` // a decision, or freeze
	Matched bool   `json:"matched"`
	Decided bool   `json:"decided,omitempty"` // the decision is its
}

// CounterFactual is the decision had something not fired.
type CounterFactual struct {
	Codes    []string `json:"codes"`
	Decision Kind     `json:"decision"`
	Score    float64  `json:"score"`
	Changes  bool     `json:"changes"` // it is another decision
}

// Explain weighs the facts as Decide does, and shows how.
func (p *Policy) Explain(f *Facts) Explanation {
	pl := p.planOf(f.Purpose)
	var raw, capped findings
	raw.collect(pl, f, noSignals)
	capped = raw
	capped.cap(pl)
	e := Explanation{Decision: p.Decide(f), Bands: Bands{pl.bands.stepUp, pl.bands.review, pl.bands.block}}
	e.signals(pl, f, &raw, &capped)
	for _, r := range pl.rules {
		then := string(r.then)
		if r.freeze {
			then = "freeze"
		}
		e.Rules = append(e.Rules, RuleMatch{r.name, then, r.matches(&capped), r.name == e.Decision.Rule})
	}
	e.without(p, f, &capped)
	return e
}

func (e *Explanation) signals(pl *plan, f *Facts, raw, capped *findings) {
	sums := map[int]*GroupPoints{}
	for i, x := range capped.found[:capped.n] {
		s, before := x.weight.signal, raw.found[i].points
		e.Signals = append(e.Signals, Weighed{s.Code, s.Group, round(before), x.points, x.age, s.evidence(f)})
		if g := x.weight.group; x.points != 0 {
			if sums[g] == nil {
				sums[g] = &GroupPoints{Group: s.Group, Cap: pl.caps[g]}
			}
			sums[g].Raw += before
			sums[g].Points += x.points
		}
	}
	for g := range groups {
		if sums[g] != nil {
			sums[g].Raw, sums[g].Points = round(sums[g].Raw), round(sums[g].Points)
			e.Groups = append(e.Groups, *sums[g])
		}
	}
	for i := range pl.weights {
		if w := &pl.weights[i]; !capped.set.has(w.index) {
			e.Silent = append(e.Silent, w.signal.Code)
		}
	}
}

// without decides again without each signal, and without all of each group.
func (e *Explanation) without(p *Policy, f *Facts, fs *findings) {
	decide := func(codes []string, without set) {
		d := p.decide(f, without, nil, true)
		e.Without = append(e.Without, CounterFactual{codes, d.Shown(), d.Score, d.Shown() != e.Decision.Shown()})
	}
	for _, x := range fs.found[:fs.n] {
		var one set
		one.add(x.weight.index)
		decide([]string{x.weight.signal.Code}, one)
	}
	for g := range groups {
		var codes []string
		var all set
		for _, x := range fs.found[:fs.n] {
			if x.weight.group == g {
				codes = append(codes, x.weight.signal.Code)
				all.add(x.weight.index)
			}
		}
		if len(codes) > 1 {
			decide(codes, all)
		}
	}
}
