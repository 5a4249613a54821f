package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"

	"tollgate/fraud"
)

// Explained is all that led to one decision.
type Explained struct {
	ID         string            `json:"id"`
	Line       int64             `json:"line"` // in the file
	Policy     string            `json:"policy"`
	Label      string            `json:"label,omitempty"`
	Facts      json.RawMessage   `json:"facts"`
	Reproduced bool              `json:"reproduced"` // deciding on the facts as written above gives the same, bit for bit
	Explained  fraud.Explanation `json:"explanation"`
}

// Explain says how a send was decided.
func (d *Decided) Explain() (*Explained, error) {
	x := &Explained{
		ID: string(d.Event.ID), Line: d.Event.Line, Policy: d.Policy.Version(), Label: string(d.Event.Label),
		Explained: d.Policy.Explain(d.Facts),
	}
	var err error
	if x.Facts, err = json.Marshal(d.Facts); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", x.ID, err)
	}
	var again fraud.Facts
	if err := json.Unmarshal(x.Facts, &again); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", x.ID, err)
	}
	decision := d.Policy.Decide(&again)
	if d.Invalid != nil {
		refuseInvalid(&decision, d.Invalid)
	}
	x.Reproduced = reflect.DeepEqual(decision, d.Decision)
	x.Explained.Decision = d.Decision
	x.Explained.Decision.Reasons = slices.Clone(d.Decision.Reasons) // the next send's take their place
	if d.Invalid != nil {                                           // whatever else it shows, it is refused
		x.Explained.Without = nil
		x.Explained.Rules = append(x.Explained.Rules, fraud.RuleMatch{Name: d.Decision.Rule, Then: string(fraud.Block), Matched: true, Decided: true})
	}
	return x, nil
}

// Text writes an explanation for people.
func (x *Explained) Text(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	e := &x.Explained
	d := &e.Decision
	fmt.Fprintf(w, "send %s (line %d) by policy %s\n", x.ID, x.Line, x.Policy)
	fmt.Fprintf(w, "decision: %s, score %g", d.Shown(), d.Score)
	if d.Rule != "" {
		fmt.Fprintf(w, ", by the rule %s", d.Rule)
	}
	fmt.Fprintf(w, "\nbands: step_up from %g, review from %g, block from %g\n", e.Bands.StepUp, e.Bands.Review, e.Bands.Block)
	fmt.Fprintf(w, "recomputed from the facts below, bit for bit: %t\n\n", x.Reproduced)
	x.signals(w)
	x.rules(w)
	x.changes(w)
	if err := w.Flush(); err != nil {
		return err
	}
	var facts map[string]any
	if err := json.Unmarshal(x.Facts, &facts); err != nil {
		return err
	}
	text, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "FACTS\n%s\n", text)
	return err
}

func (x *Explained) signals(w io.Writer) {
	fmt.Fprint(w, "SIGNAL\tGROUP\tBEFORE CAP\tPOINTS\tEVIDENCE\n")
	for _, s := range x.Explained.Signals {
		fmt.Fprintf(w, "%s\t%s\t%g\t%g\t%s\n", s.Code, s.Group, s.Raw, s.Points, s.Evidence)
	}
	if len(x.Explained.Signals) == 0 {
		fmt.Fprint(w, "none fired\n")
	}
	for _, g := range x.Explained.Groups {
		if g.Cap > 0 {
			fmt.Fprintf(w, "group %s\t\t%g\t%g\tcap %g\n", g.Group, g.Raw, g.Points, g.Cap)
		}
	}
	fmt.Fprintf(w, "\ndid not fire: %s\n", strings.Join(x.Explained.Silent, ", "))
}

func (x *Explained) rules(w io.Writer) {
	fmt.Fprint(w, "\nRULE\tTHEN\tMATCHED\n")
	for _, r := range x.Explained.Rules {
		matched := "no"
		if r.Decided {
			matched = "yes, and decided"
		} else if r.Matched {
			matched = "yes"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, r.Then, matched)
	}
}

func (x *Explained) changes(w io.Writer) {
	fmt.Fprint(w, "\nWITHOUT\tDECISION\tSCORE\n")
	for _, c := range x.Explained.Without {
		mark := ""
		if c.Changes {
			mark = " (another decision)"
		}
		fmt.Fprintf(w, "%s\t%s%s\t%g\n", strings.Join(c.Codes, " + "), c.Decision, mark, c.Score)
	}
	fmt.Fprintln(w)
}
