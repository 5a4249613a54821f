package fraud

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// readRule reads one hard rule:
//
//	name: swap_freeze            # shown with the decision
//	when: [SIM_IMSI_CHANGED]     # all of these fired
//	any: [A, B]                  # and at least one of these
//	unless: [C]                  # and none of these
//	within: 10d                  # ages older than this do not count as fired
//	purposes: [sensitive]        # for these purposes only
//	except: [login]              # for all but these
//	then: freeze                 # step_up, review, block or freeze
//	refusal: unsupported_region  # with block: the specific answer
func (d *draft) readRule(n *yaml.Node) {
	r := rule{}
	then, named := "", 0
	d.mapping(n, "rule", func(key string, n *yaml.Node) bool {
		switch key {
		case "name":
			r.name = d.word(n, key)
		case "when":
			r.all = d.readSet(n, key)
			named += len(n.Content)
		case "any":
			r.any = d.readSet(n, key)
			named += len(n.Content)
		case "unless":
			r.unless = d.readSet(n, key)
		case "within":
			r.within = d.duration(n, key)
		case "purposes":
			r.purposes = d.words(n, key)
		case "except":
			r.except = d.words(n, key)
		case "then":
			then = d.word(n, key)
		case "refusal":
			r.refusal = d.word(n, key)
		default:
			return false
		}
		return true
	})
	if named == 0 {
		d.at(n, "rule %s: when or any must name a signal", r.name)
	}
	d.checkRule(n, &r, then)
	d.rules = append(d.rules, r)
}

// readSet reads signal codes. One that is off would keep a rule from ever
// matching, and is refused.
func (d *draft) readSet(n *yaml.Node, what string) (found set) {
	d.list(n, what, func(n *yaml.Node) {
		i, known := catalogIndex[n.Value]
		_, on := d.signals[n.Value]
		switch {
		case !known:
			d.at(n, "%s: there is no signal %q", what, n.Value)
		case !on:
			d.at(n, "%s: signal %s is off: list it under signals, with points 0 if it shall not count", what, n.Value)
		default:
			found.add(uint(i))
		}
	})
	return found
}

func (d *draft) checkRule(n *yaml.Node, r *rule, then string) {
	switch then {
	case "step_up", "review", "block":
		r.then = Kind(then)
	case "freeze":
		r.then, r.freeze = Review, true
	default:
		d.at(n, "rule %s: then must be step_up, review, block or freeze", r.name)
	}
	if r.name == "" {
		d.at(n, "rule: a name is needed, the decision shows it")
	}
	if slices.ContainsFunc(d.rules, func(o rule) bool { return o.name == r.name }) {
		d.at(n, "rule: the name %q is taken", r.name)
	}
	if r.refusal != "" && (r.then != Block || r.refusal != "unsupported_region" && r.refusal != "unsupported_carrier") {
		d.at(n, "rule %s: refusal goes with block, and is unsupported_region or unsupported_carrier", r.name)
	}
	for i, s := range catalog {
		if !r.all.has(uint(i)) && !r.any.has(uint(i)) || s.aged == nil || r.within == 0 {
			continue
		}
		if steps := d.signals[s.Code].steps; len(steps) > 0 && steps[len(steps)-1].within < r.within {
			d.at(n, "rule %s: %s is not seen further back than its last step: within reaches beyond it", r.name, s.Code)
		}
	}
}

// applies says whether a list of purposes and a list of exceptions take a
// purpose in.
func (d *draft) applies(purpose string, only, except []string) bool {
	has := func(list []string) bool {
		return slices.Contains(list, purpose) || slices.Contains(list, sensitiveWord) && slices.Contains(d.sensitive, purpose)
	}
	return (len(only) == 0 || has(only)) && !has(except)
}
