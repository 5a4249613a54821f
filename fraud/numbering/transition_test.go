package numbering

import (
	"testing"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud/numbering/internal/table"
	"tollgate/hlr/subscriber"
)

// walker reaches each node of an automaton once.
type walker struct {
	nodes []table.Node
	seen  map[uint16]bool
	tail  map[uint16]string // the shortest digits from a node to a valid number
	visit func(digits string)
}

// walk visits each node by the first digits that lead to it, and from there
// each of the ten ways on, also those that lead nowhere.
func (w *walker) walk(node uint16, digits string) {
	if w.seen[node] {
		return
	}
	w.seen[node] = true
	w.visit(digits)
	for d, next := range w.nodes[node].Next {
		longer := digits + string(rune('0'+d))
		w.visit(longer + w.end(next))
		if next != 0 {
			w.walk(next, longer)
		}
	}
}

// end makes a valid number of what has come to a node, if there is any.
func (w *walker) end(node uint16) string {
	if tail, ok := w.tail[node]; ok || w.nodes[node].Out != 0 {
		return tail
	}
	best := ""
	for d, next := range w.nodes[node].Next {
		if next == 0 {
			continue
		}
		if tail := string(rune('0'+d)) + w.end(next); best == "" || len(tail) < len(best) {
			best = tail
		}
	}
	w.tail[node] = best
	return best
}

// Every step that the table can take, the library must take as well.
func TestEveryTransition(t *testing.T) {
	l, numbers, valid := &library{}, 0, 0
	w := walker{nodes: plans.Nodes, seen: map[uint16]bool{}, tail: map[uint16]string{}}
	w.visit = func(digits string) {
		want, ok := l.classify(digits)
		got, found := Classify(subscriber.MSISDN("+" + digits))
		got.PLMN = ""
		if found != ok || got != want {
			t.Errorf("+%s: Classify = %+v, %v; the library says %+v, %v", digits, got, found, want, ok)
		}
		if numbers++; ok {
			valid++
		}
	}
	w.walk(plans.Root, "")
	t.Logf("%d nodes, %d numbers, %d of them valid", len(w.seen), numbers, valid)
	if len(w.seen) < len(plans.Nodes)/2 || valid < numbers/4 {
		t.Error("too little was seen of the table")
	}
}

// The same for the carriers, whose prefixes count on invalid numbers too.
func TestEveryCarrierTransition(t *testing.T) {
	l, named := &library{}, 0
	w := walker{nodes: plans.CarrierNodes, seen: map[uint16]bool{}, tail: map[uint16]string{0: ""}}
	w.visit = func(digits string) {
		if !l.set(digits) {
			return
		}
		want, err := phonenumbers.GetCarrierForNumber(&l.pn, "en")
		if got := plans.Carrier(digits).Name; err != nil || got != want {
			t.Errorf("+%s: carrier %q; the library says %q, %v", digits, got, want, err)
		}
		if want != "" {
			named++
		}
	}
	w.walk(1, "")
	if t.Logf("%d nodes, %d prefixes with a name", len(w.seen), named); len(w.seen) != len(plans.CarrierNodes)-1 || named < 10_000 {
		t.Error("too little was seen of the table")
	}
}
