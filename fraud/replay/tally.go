package replay

import (
	"time"

	"tollgate/fraud"
)

// Tally counts what came of a replay's sends. It keeps counts for each score
// that was met, each kind and campaign of attack, and each group of people, and
// nothing of a single send.
type Tally struct {
	// Price is what a message to a region costs, in USD.
	Price func(region string) float64

	decisions  map[fraud.Kind]int64
	rules      map[string]int64
	benign     sorted
	attackAll  sorted
	all        *calibration
	unlabelled struct{ sends, refused int64 }
	cost       money
	labels     map[string]*label
	groups     map[string]*group
	attacks    map[string]*attack
	drawn      []drawn
	costLine   costLine
	first      time.Time
	last       time.Time
}

// sorted is all sends of one sort.
type sorted struct {
	scores  *scores
	refused int64
}

// drawn is a campaign in the order in which they began.
type drawn struct {
	kind, instance string
	*campaign
}

// money is in USD.
type money struct{ offered, refused, attackOffered, attackRefused, benignRefused float64 }

// NewTally starts a count.
func NewTally(price func(region string) float64) *Tally {
	return &Tally{
		Price: price, decisions: map[fraud.Kind]int64{}, rules: map[string]int64{},
		benign: sorted{scores: newScores()}, attackAll: sorted{scores: newScores()}, all: newCalibration(),
		labels: map[string]*label{}, groups: map[string]*group{}, attacks: map[string]*attack{},
	}
}

// Add counts a decision.
func (t *Tally) Add(d *Decided) {
	kind := d.Decision.Shown()
	allowed := kind == fraud.Allow
	t.decisions[kind]++
	if d.Decision.Rule != "" {
		t.rules[d.Decision.Rule]++
	}
	price := 0.0
	if d.Invalid == nil {
		price = t.Price(d.Region)
	}
	t.cost.offered += price
	if !allowed {
		t.cost.refused += price
	}
	if t.first.IsZero() {
		t.first = d.Event.At
	}
	t.last = d.Event.At
	if len(d.Event.Label) == 0 {
		t.unlabelled.sends++
		if !allowed {
			t.unlabelled.refused++
		}
		return
	}
	t.labelled(d, allowed, price)
}

func (t *Tally) labelled(d *Decided, allowed bool, price float64) {
	l := t.label(d.Event.Label)
	score := d.Decision.Score
	t.all.add(score, l.attack != nil)
	if l.group != nil {
		l.group.scores.add(score)
		t.benign.scores.add(score)
		if !allowed {
			l.group.refused++
			t.benign.refused++
			t.cost.benignRefused += price
		}
		return
	}
	l.attack.scores.add(score)
	t.attackAll.scores.add(score)
	l.campaign.add(allowed)
	if len(t.drawn) <= maxDrawn || l.campaign.line.slots != nil {
		l.campaign.line.add(d.Event.At, allowed)
	}
	t.cost.attackOffered += price
	if allowed {
		l.attack.allowed++
	} else {
		t.attackAll.refused++
		t.cost.attackRefused += price
	}
	t.costLine.add(d.Event.At, price, allowed)
}

// maxDrawn bounds the campaigns whose course is kept for the report.
const maxDrawn = 1000
