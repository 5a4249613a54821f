package replay

import "strings"

// benignKind labels what people send; any other kind is an attack.
const benignKind = "legit"

// label is what a send's label says of it.
type label struct {
	group    *group    // of people; nil for an attack
	attack   *attack   // nil for people
	campaign *campaign // of the attack
}

// group is one sort of people.
type group struct {
	scores  *scores
	refused int64
}

// What is kept of labels is bounded: campaigns beyond maxLabels are counted with
// their kind and not followed one by one, kinds and groups beyond maxKinds are
// counted as one.
const (
	maxLabels = 1 << 20
	maxKinds  = 1 << 10
	moreKinds = "(more)"
)

// label finds what a label stands for. KIND:INSTANCE is one campaign of a kind;
// a kind without an instance is one campaign too.
func (t *Tally) label(word []byte) *label {
	word = bounded(word)
	if l, ok := t.labels[string(word)]; ok {
		return l
	}
	kind, instance, _ := strings.Cut(string(word), ":")
	l := &label{}
	if kind == benignKind {
		l.group = t.group(instance)
	} else {
		l.attack = t.attack(kind)
	}
	if len(t.labels) >= maxLabels {
		if l.attack != nil {
			t.unfollowed++
		}
		return l
	}
	t.labels[string(word)] = l
	if l.attack == nil {
		return l
	}
	l.campaign = &campaign{kind: kind, instance: instance}
	l.attack.campaigns = append(l.attack.campaigns, l.campaign)
	if len(t.drawn) < maxDrawn {
		t.drawn = append(t.drawn, l.campaign)
		l.campaign.drawn = true
	}
	return l
}

func (t *Tally) group(name string) *group {
	if len(t.groups) >= maxKinds && t.groups[name] == nil {
		name = moreKinds
	}
	g := t.groups[name]
	if g == nil {
		g = &group{scores: newScores()}
		t.groups[name] = g
	}
	return g
}

func (t *Tally) attack(kind string) *attack {
	if len(t.attacks) >= maxKinds && t.attacks[kind] == nil {
		kind = moreKinds
	}
	a := t.attacks[kind]
	if a == nil {
		a = &attack{scores: newScores()}
		t.attacks[kind] = a
	}
	return a
}
