package replay

import (
	"tollgate/fraud"
)

// maxDiffering bounds the sends that a comparison names.
const maxDiffering = 20

// Comparison is one policy beside another. Each has an engine of its own: what
// a policy refuses changes what it knows of later sends.
type Comparison struct {
	Sends   int64            `json:"sends"`   // on which they decide otherwise
	Changes map[string]int64 `json:"changes"` // as "allow>block", the first policy's decision first
	First   []Differing      `json:"first"`   // sends on which they decide otherwise
}

// Differing is one send on which two policies decide otherwise.
type Differing struct {
	ID    string  `json:"id"`
	Label string  `json:"label,omitempty"`
	One   Verdict `json:"one"`
	Other Verdict `json:"other"`
}

// Verdict is a decision in little.
type Verdict struct {
	Decision fraud.Kind `json:"decision"`
	Score    float64    `json:"score"`
	Rule     string     `json:"rule,omitempty"`
	Reasons  []string   `json:"reasons"` // the codes of the heaviest
}

// NewComparison starts one.
func NewComparison() *Comparison {
	return &Comparison{Changes: map[string]int64{}, First: []Differing{}}
}

// Add compares two decisions on one send.
func (c *Comparison) Add(one, other *Decided) {
	a, b := one.Decision.Shown(), other.Decision.Shown()
	if a == b {
		return
	}
	c.Sends++
	c.Changes[string(a)+">"+string(b)]++
	if len(c.First) < maxDiffering {
		c.First = append(c.First, Differing{
			ID: string(one.Event.ID), Label: string(one.Event.Label), One: verdict(&one.Decision), Other: verdict(&other.Decision),
		})
	}
}

func verdict(d *fraud.Decision) Verdict {
	v := Verdict{Decision: d.Shown(), Score: d.Score, Rule: d.Rule, Reasons: []string{}}
	for i := range d.Reasons {
		if i < 4 {
			v.Reasons = append(v.Reasons, d.Reasons[i].Code)
		}
	}
	return v
}
