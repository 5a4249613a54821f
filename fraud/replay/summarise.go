package replay

import (
	"math"

	"tollgate/fraud"
)

// Report puts together what was counted.
func (t *Tally) Report(policy string, in Input, g *Engine) *Report {
	c := &g.Counts
	b, a := t.benign.scores, t.attackers.scores
	r := &Report{
		Policy: policy, Input: in, Events: map[string]int64{}, Decisions: t.decisions.all(), Rules: t.rules, tally: t,
		AUC: number(auc(b, a)), AttackRefused: share(t.attackers.refused(), a.n), BenignRefused: share(t.benign.refused(), b.n),
		Bins: t.calibration.bins(),
	}
	for k, n := range c.Events {
		r.Events[Kind(k).String()] = n
	}
	r.Sends = Sends{
		Total: c.Events[SendEvent], Labelled: b.n + a.n, Benign: b.n, Attack: a.n, Invalid: c.Invalid, DuplicateIDs: c.DuplicateIDs,
		Unfollowed: t.unfollowed, ByBenign: t.benign.decisions.all(), ByAttack: t.attackers.decisions.all(),
	}
	r.Outcomes = Outcomes{
		Approved: c.Approved, AfterRefusal: c.AfterRefusal, UnknownIDs: c.UnknownIDs, UnknownResults: c.UnknownResults,
		Forgotten: c.Forgotten, BadIdentities: c.InvalidIdentities, Numbers: g.cfg.Subscribers.Forgotten(),
	}
	r.Calibration = number(calibrationError(r.Bins))
	r.thresholds()
	r.stops()
	r.costs()
	return r
}

// all has every decision, also those that were never made.
func (c counts) all() map[fraud.Kind]int64 {
	all := map[fraud.Kind]int64{}
	for _, k := range kindsOfDecision {
		all[k] = c[k]
	}
	return all
}

var kindsOfDecision = []fraud.Kind{fraud.Allow, fraud.StepUp, fraud.Review, fraud.Block}

// cut is a threshold, if there is one.
type cut struct {
	at     int32
	ok     bool
	benign bool // there are benign sends to tell it by
}

func (t *Tally) cut(most float64) (c cut) {
	if t.benign.scores.n > 0 {
		c.benign = true
		c.at, c.ok = threshold(t.benign.scores, t.attackers.scores, most)
	}
	return c
}

// share is that of the sends at or above the threshold.
func (c cut) share(s *scores) *float64 {
	switch {
	case s.n == 0 || !c.benign:
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

func (r *Report) thresholds() {
	t := r.tally
	low, high := t.cut(0.001), t.cut(0.01)
	r.Threshold01, r.Threshold1 = low.score(), high.score()
	r.Recall01, r.Recall1 = low.share(t.attackers.scores), high.share(t.attackers.scores)
	r.Kinds = map[string]*KindReport{}
	for kind, k := range t.attacks {
		r.Kinds[kind] = &KindReport{
			Sends: k.scores.n, Refused: k.scores.n - k.allowed, AUC: number(auc(t.benign.scores, k.scores)),
			Recall01: low.share(k.scores), Recall1: high.share(k.scores),
		}
	}
	r.Groups = map[string]*GroupReport{}
	for name, g := range t.groups {
		r.Groups[name] = &GroupReport{
			Sends: g.scores.n, Refused: g.refused, Share: share(g.refused, g.scores.n),
			Above01: low.share(g.scores), Above1: high.share(g.scores),
		}
	}
}

func (r *Report) stops() {
	var all []*campaign
	for kind, a := range r.tally.attacks {
		r.Kinds[kind].Stops = stops(a.campaigns)
		all = append(all, a.campaigns...)
	}
	r.Campaigns = stops(all)
}

func (r *Report) costs() {
	t := r.tally
	refused := r.Sends.Total - t.decisions[fraud.Allow]
	cents := func(v float64) float64 { return math.Round(v*1e4) / 1e4 }
	c := &t.cost
	r.Cost = Cost{
		Offered: r.Sends.Total, Refused: refused, Saved: t.attackers.refused(), BenignRefused: t.benign.refused(),
		USDOffered: cents(c.offered), USDRefused: cents(c.refused), USDSaved: cents(c.attackRefused),
		USDLost: cents(c.attackOffered - c.attackRefused), USDBenignRefused: cents(c.benignRefused),
	}
	if r.Sends.Labelled == 0 {
		r.Cost.Saved, r.Cost.USDSaved = refused, r.Cost.USDRefused
	}
}
