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

// label finds what a label stands for. KIND:INSTANCE is one campaign of a kind;
// a kind without an instance is one campaign too.
func (t *Tally) label(word []byte) *label {
	if l, ok := t.labels[string(word)]; ok {
		return l
	}
	kind, instance, _ := strings.Cut(string(word), ":")
	l := &label{}
	if kind == benignKind {
		l.group = t.group(instance)
	} else {
		l.attack = t.attack(kind)
		l.campaign = &campaign{}
		l.attack.campaigns[instance] = l.campaign
		t.drawn = append(t.drawn, drawn{kind, instance, l.campaign})
	}
	t.labels[string(word)] = l
	return l
}

func (t *Tally) group(name string) *group {
	g := t.groups[name]
	if g == nil {
		g = &group{scores: newScores()}
		t.groups[name] = g
	}
	return g
}

func (t *Tally) attack(kind string) *attack {
	a := t.attacks[kind]
	if a == nil {
		a = &attack{scores: newScores(), campaigns: map[string]*campaign{}}
		t.attacks[kind] = a
	}
	return a
}
