package replay

import (
	"math"

	"tollgate/fraud"
)

// Report puts together what was counted.
func (t *Tally) Report(policy string, in Input, c *Counts) *Report {
	r := &Report{Policy: policy, Input: in, Events: map[string]int64{}, Decisions: map[fraud.Kind]int64{}, Rules: t.rules}
	for k, n := range c.Events {
		r.Events[Kind(k).String()] = n
	}
	for _, k := range []fraud.Kind{fraud.Allow, fraud.StepUp, fraud.Review, fraud.Block} {
		r.Decisions[k] = t.decisions[k]
	}
	b, a := t.benign.scores, t.attackAll.scores
	r.Sends = Sends{
		Total: c.Events[SendEvent], Labelled: b.n + a.n, Benign: b.n, Attack: a.n,
		Invalid: c.Invalid, DuplicateIDs: c.DuplicateIDs,
	}
	r.Outcomes = Outcomes{
		Approved: c.Approved, AfterRefusal: c.AfterRefusal, UnknownIDs: c.UnknownIDs,
		UnknownResults: c.UnknownResults, Forgotten: c.Forgotten, BadIdentities: c.InvalidIdentities,
	}
	r.AUC = number(auc(b, a))
	r.AttackRefused, r.BenignRefused = share(t.attackAll.refused, a.n), share(t.benign.refused, b.n)
	t.thresholds(r)
	t.campaigns(r)
	r.Bins = t.all.bins()
	r.Calibration = number(calibrationError(r.Bins))
	t.costs(r)
	return r
}

// cut is a threshold, if there is one.
type cut struct {
	at int32
	ok bool
}

func (c cut) share(s *scores) *float64 {
	switch {
	case s.n == 0:
		return nil
	case !c.ok:
		return number(0)
	}
	return number(s.from(c.at))
}

func (c cut) score() *float64 {
	if !c.ok {
		return nil
	}
	return number(float64(c.at) / 1000)
}

func (t *Tally) cut(most float64) (c cut) {
	if t.benign.scores.n > 0 {
		c.at, c.ok = threshold(t.benign.scores, t.attackAll.scores, most)
	}
	return c
}

func (t *Tally) thresholds(r *Report) {
	b, a := t.benign.scores, t.attackAll.scores
	low, high := t.cut(0.001), t.cut(0.01)
	if b.n > 0 {
		r.Threshold01, r.Threshold1 = low.score(), high.score()
		r.Recall01, r.Recall1 = low.share(a), high.share(a)
	}
	r.Kinds = map[string]*KindResult{}
	for kind, k := range t.attacks {
		one := &KindResult{Sends: k.scores.n, Refused: k.scores.n - k.allowed, AUC: number(auc(b, k.scores))}
		if b.n > 0 {
			one.Recall01, one.Recall1 = low.share(k.scores), high.share(k.scores)
		}
		r.Kinds[kind] = one
	}
	r.Groups = map[string]*GroupResult{}
	for name, g := range t.groups {
		r.Groups[name] = &GroupResult{
			Sends: g.scores.n, Refused: g.refused, Share: share(g.refused, g.scores.n),
			Above01: low.share(g.scores), Above1: high.share(g.scores),
		}
	}
}

func (t *Tally) campaigns(r *Report) {
	var all []*campaign
	for kind, a := range t.attacks {
		var of []*campaign
		for _, c := range a.campaigns {
			of = append(of, c)
		}
		r.Kinds[kind].Stops = stops(of)
		all = append(all, of...)
	}
	r.Campaigns = stops(all)
}

func (t *Tally) costs(r *Report) {
	refused := int64(0)
	for k, n := range t.decisions {
		if k != fraud.Allow {
			refused += n
		}
	}
	cents := func(v float64) float64 { return math.Round(v*10000) / 10000 }
	c := &t.cost
	r.Cost = Cost{
		Offered: r.Sends.Total, Refused: refused, AttackRefused: t.attackAll.refused, BenignRefused: t.benign.refused,
		USDOffered: cents(c.offered), USDRefused: cents(c.refused), USDSaved: cents(c.attackRefused),
		USDLost: cents(c.attackOffered - c.attackRefused), USDBenignRefused: cents(c.benignRefused),
	}
	if r.Sends.Labelled == 0 {
		r.Cost.AttackRefused, r.Cost.USDSaved = refused, r.Cost.USDRefused
	}
}
