// Package route says which carriers may take a message, and in what order.
//
// A carrier may name the networks (MCC-MNC) and the number prefixes that it
// serves; one that names neither serves everything. A message goes to the
// carriers that name its destination network, else to those with its longest
// matching prefix, else to the rest; the later groups stay behind as
// fall-backs. Within a group weight decides by lot, and a carrier that is dead
// or down comes after every one that is up. Why a carrier was chosen stands
// beside it, for the message's timeline.
package route

import (
	"fmt"
	"strings"

	"tollgate/hlr/subscriber"
)

// Carrier is what routing needs to know of one carrier.
type Carrier struct {
	Name     string
	Networks []subscriber.PLMN // served; an MCC alone stands for all its networks
	Prefixes []string          // served, digits without plus
	Weight   int               // share among equals; 0 means 1
}

// State is a carrier's health at the moment of routing.
type State struct {
	Up   bool // at least one bind stands
	Dead bool // the verdict after failures: not to be tried while another is left
}

// Choice is one carrier to try, and why it stands at this place.
type Choice struct {
	Carrier string
	Why     string
}

// Serves is Why without the carrier's health, which is that of the moment of routing:
// what stays true when the carrier's turn comes later.
func (c Choice) Serves() string {
	return strings.TrimSuffix(strings.TrimSuffix(c.Why, down), dead)
}

// What Why says of a carrier that does not work.
const down, dead = ", down", ", dead"

// Router orders carriers for a destination. It is read-only once made, and
// safe for concurrent use.
type Router struct {
	carriers []Carrier
	state    func(name string) State
	pick     func() float64
}

// New makes a Router. state tells a carrier's health; pick returns a random
// number in [0, 1) for the lot among weights.
func New(carriers []Carrier, state func(name string) State, pick func() float64) (*Router, error) {
	seen := map[string]bool{}
	for i := range carriers {
		c := &carriers[i]
		if c.Name == "" || seen[c.Name] {
			return nil, fmt.Errorf("route: carrier %d: the name %q is empty or used twice", i+1, c.Name)
		}
		if c.Weight < 0 {
			return nil, fmt.Errorf("route: carrier %s: weight %d is negative", c.Name, c.Weight)
		}
		seen[c.Name] = true
	}
	return &Router{carriers: carriers, state: state, pick: pick}, nil
}

// match grades how closely a carrier serves a destination; the higher group is
// tried first. 0 means that it does not serve it at all.
func (c *Carrier) match(to subscriber.MSISDN, plmn subscriber.PLMN) (grade int, why string) {
	for _, n := range c.Networks {
		if plmn != "" && (n == plmn || len(n) == 3 && n == subscriber.PLMN(plmn.MCC())) {
			return 1000, "network " + string(n)
		}
	}
	longest := ""
	for _, p := range c.Prefixes {
		if len(p) > len(longest) && strings.HasPrefix(to.Digits(), p) {
			longest = p
		}
	}
	if longest != "" {
		return 2 + len(longest), "prefix " + longest
	}
	if len(c.Networks) == 0 && len(c.Prefixes) == 0 {
		return 1, "any destination"
	}
	return 0, ""
}

type candidate struct {
	Choice
	rank   int // group, then health: the higher is tried first
	weight int
}

// Plan lists the carriers that may take a message, best first. It is empty
// when none serves the destination.
func (r *Router) Plan(to subscriber.MSISDN, plmn subscriber.PLMN) []Choice {
	var room [4]candidate
	left := room[:0]
	for i := range r.carriers {
		c := &r.carriers[i]
		grade, why := c.match(to, plmn)
		if grade == 0 {
			continue
		}
		left = append(left, r.grade(c, grade, why))
	}
	plan := make([]Choice, 0, len(left))
	for len(left) > 0 {
		i := r.draw(left)
		plan = append(plan, left[i].Choice)
		left = append(left[:i], left[i+1:]...)
	}
	return plan
}

// grade puts health before closeness: a live fall-back beats a dead favourite.
func (r *Router) grade(c *Carrier, grade int, why string) candidate {
	s := r.state(c.Name)
	switch {
	case s.Dead:
		why += dead
	case !s.Up:
		why, grade = why+down, grade+10_000
	default:
		grade += 20_000
	}
	return candidate{Choice{c.Name, why}, grade, max(c.Weight, 1)}
}

// draw picks one of the candidates of the highest rank, by weight.
func (r *Router) draw(left []candidate) int {
	best, total := -1, 0
	for _, c := range left {
		switch {
		case c.rank > best:
			best, total = c.rank, c.weight
		case c.rank == best:
			total += c.weight
		}
	}
	at := r.pick() * float64(total)
	last := 0
	for i, c := range left {
		if c.rank != best {
			continue
		}
		last = i
		if at -= float64(c.weight); at < 0 {
			return i
		}
	}
	return last
}
