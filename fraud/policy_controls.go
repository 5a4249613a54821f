package fraud

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// RangeRule is when and for how long a policy blocks the range of a number:
//
//	name: pumped
//	when: [RANGE_BURST, SEQUENTIAL]  # as for a rule: when, any, unless, within, purposes, except
//	score: 800                       # and the score is at least this
//	digits: 3                        # the range is the number without its last 3 digits (2 to 5)
//	after: 5                         # so many sends that match,
//	during: 10m                      # within this time, and the range is blocked
//	first: 1h                        # for this long, twice as long each time it comes again,
//	most: 7d                         # at most this long;
//	decay: 24h                       # each such time that it is quiet takes one repetition back
//	everyone: true                   # for all tenants, not only the one attacked
type RangeRule struct {
	rule
	score    float64
	Digits   int
	After    int
	During   time.Duration
	First    time.Duration
	Most     time.Duration
	Decay    time.Duration
	Everyone bool
}

// Name is shown as the reason of the block.
func (r *RangeRule) Name() string { return r.name }

// maxRangeRules of one policy: Decision.Ranges has a bit for each.
const maxRangeRules = 8

// RangeRules are the policy's rules on blocking ranges, in the order of the
// bits of Decision.Ranges.
func (p *Policy) RangeRules() []RangeRule { return p.ranges }

// controls sets what the policy's exploration and its range rules make of a
// decision. It comes before proof of another factor is looked at, so that an
// explored send passes with it as any step_up does.
func (p *Policy) controls(d *Decision, fs *findings, f *Facts) {
	for i := range p.ranges {
		r := &p.ranges[i]
		if !f.RangeBlock.Active && d.Score >= r.score && r.applies(f.Purpose) && r.matches(fs) {
			d.Ranges |= 1 << i
		}
	}
	if d.Kind == Block && f.Draw != 0 && f.Draw <= p.explore && d.Refusal == "" && f.Listed.Blocked.Kind == "" && f.Spend.Used <= 1 {
		d.Kind, d.Explored = StepUp, true
	}
}

// applies looks at the purposes, which readRange has spelled out.
func (r *rule) applies(purpose string) bool {
	has := func(list []string) bool {
		for _, p := range list {
			if p == purpose {
				return true
			}
		}
		return false
	}
	return (len(r.purposes) == 0 || has(r.purposes)) && !has(r.except)
}

// Explores says that some would-be blocks are let through as step_up, and so
// that a send needs a lot.
func (p *Policy) Explores() bool { return p.explore > 0 }

// readExplore reads a share such as 0.5%, of what would be blocked.
func (d *draft) readExplore(n *yaml.Node) {
	text, percent := strings.CutSuffix(n.Value, "%")
	share, err := strconv.ParseFloat(text, 64)
	if n.Kind != yaml.ScalarNode || err != nil || !percent || !(share >= 0 && share <= 10) {
		d.at(n, "explore must be a share of what would be blocked, such as 0.5%%, at most 10%%")
		return
	}
	d.explore = uint32(share / 100 * (1<<32 - 1))
}

// readRange reads one rule of range_block.
func (d *draft) readRange(n *yaml.Node) {
	r := RangeRule{Digits: 3, After: 5, During: 10 * time.Minute, First: time.Hour, Most: 7 * 24 * time.Hour, Decay: 24 * time.Hour}
	named := 0
	d.mapping(n, "range_block", func(key string, n *yaml.Node) bool {
		what := "range_block: " + key
		switch key {
		case "name":
			r.name = d.word(n, what)
		case "when":
			r.all = d.readSet(n, what)
			named += len(n.Content)
		case "any":
			r.any = d.readSet(n, what)
			named += len(n.Content)
		case "unless":
			r.unless = d.readSet(n, what)
		case "within":
			r.rule.within = d.duration(n, what)
		case "purposes":
			r.purposes = d.spelled(d.words(n, what))
		case "except":
			r.except = d.spelled(d.words(n, what))
		case "score":
			r.score = d.number(n, what, 0, top)
		case "digits":
			r.Digits = int(d.number(n, what, 2, 5))
		case "after":
			r.After = int(d.number(n, what, 1, 10_000))
		case "during":
			r.During = d.duration(n, what)
		case "first":
			r.First = d.duration(n, what)
		case "most":
			r.Most = d.duration(n, what)
		case "decay":
			r.Decay = d.duration(n, what)
		case "everyone":
			r.Everyone = n.Value == "true"
			return n.Value == "true" || n.Value == "false"
		default:
			return false
		}
		return true
	})
	d.checkRange(n, &r, named)
	d.ranges = append(d.ranges, r)
}

func (d *draft) checkRange(n *yaml.Node, r *RangeRule, named int) {
	switch {
	case r.name == "":
		d.at(n, "range_block: a name is needed, decisions show it as the reason")
	case named == 0 && r.score == 0:
		d.at(n, "range_block %s: when, any or score must say what blocks a range", r.name)
	case r.First > r.Most:
		d.at(n, "range_block %s: first is longer than most", r.name)
	case len(d.ranges) == maxRangeRules:
		d.at(n, "range_block: more than %d rules", maxRangeRules)
	}
}

// spelled puts the sensitive purposes in for their word.
func (d *draft) spelled(list []string) (out []string) {
	for _, p := range list {
		if p == sensitiveWord {
			out = append(out, d.sensitive...)
		} else {
			out = append(out, p)
		}
	}
	return out
}
