package replay

import (
	"time"

	"tollgate/fraud"
)

// Tally counts what came of a replay's sends. It keeps counts for each score
// that was met, each kind and campaign of attack, and each group of people, and
// nothing of a single send.
type Tally struct {
	price func(region string) float64

	decisions   counts // of all sends
	rules       map[string]int64
	benign      class
	attackers   class
	calibration *calibration
	cost        money
	costLine    costLine

	labels     map[string]*label
	groups     map[string]*group
	attacks    map[string]*attack
	drawn      []*campaign // the first of them, whose course is kept
	unfollowed int64       // sends of campaigns beyond maxLabels
}

// counts is sends by decision.
type counts map[fraud.Kind]int64

// class is the labelled sends of one sort.
type class struct {
	scores    *scores
	decisions counts
}

func (c *class) refused() int64 { return c.scores.n - c.decisions[fraud.Allow] }

// money is in USD.
type money struct{ offered, refused, attackOffered, attackRefused, benignRefused float64 }

// maxDrawn bounds the campaigns whose course is kept for the report.
const maxDrawn = 1000

// NewTally starts a count. price is what a message to a region costs, in USD.
func NewTally(price func(region string) float64) *Tally {
	return &Tally{
		price: price, decisions: counts{}, rules: map[string]int64{},
		benign: class{newScores(), counts{}}, attackers: class{newScores(), counts{}}, calibration: newCalibration(),
		labels: map[string]*label{}, groups: map[string]*group{}, attacks: map[string]*attack{},
	}
}

// Add counts a decision.
func (t *Tally) Add(d *Decided) {
	kind := d.Decision.Shown()
	t.decisions[kind]++
	if d.Decision.Rule != "" {
		t.rules[d.Decision.Rule]++
	}
	price := 0.0
	if d.Invalid == nil {
		price = t.price(d.Region)
	}
	t.cost.offered += price
	if kind != fraud.Allow {
		t.cost.refused += price
	}
	if len(d.Event.Label) == 0 {
		return
	}
	l, score := t.label(d.Event.Label), d.Decision.Score
	t.calibration.add(score, l.attack != nil)
	if l.group != nil {
		t.addBenign(l.group, score, kind, price)
	} else {
		t.addAttack(l, score, kind, price, d.Event.At)
	}
}

func (t *Tally) addBenign(g *group, score float64, kind fraud.Kind, price float64) {
	g.scores.add(score)
	t.benign.scores.add(score)
	t.benign.decisions[kind]++
	if kind != fraud.Allow {
		g.refused++
		t.cost.benignRefused += price
	}
}

func (t *Tally) addAttack(l *label, score float64, kind fraud.Kind, price float64, at time.Time) {
	allowed := kind == fraud.Allow
	l.attack.scores.add(score)
	t.attackers.scores.add(score)
	t.attackers.decisions[kind]++
	t.cost.attackOffered += price
	if allowed {
		l.attack.allowed++
	} else {
		t.cost.attackRefused += price
	}
	t.costLine.add(at, price, allowed)
	if c := l.campaign; c != nil {
		c.add(allowed)
		if c.drawn {
			c.line.add(at, allowed)
		}
	}
}
