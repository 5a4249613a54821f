package fraud

// Kind is what is decided of a send.
type Kind string

// The four decisions, from mild to severe.
const (
	Allow  Kind = "allow"
	StepUp Kind = "step_up"
	Review Kind = "review"
	Block  Kind = "block"
)

// Severity orders the decisions: 0 for allow to 3 for block.
func (k Kind) Severity() int {
	switch k {
	case StepUp:
		return 1
	case Review:
		return 2
	case Block:
		return 3
	}
	return 0
}

// Reason is one signal that fired: its code, the points it gave and what it
// saw, in words fit for a fraud analyst.
type Reason struct {
	Code     string  `json:"code"`
	Points   float64 `json:"points"`
	Evidence string  `json:"evidence"`
}

// Decision is a policy's answer. The same Facts and the same policy version
// always give the same Decision.
type Decision struct {
	Kind    Kind     `json:"decision"`
	Score   float64  `json:"score"` // 0 to 1000, higher is worse
	Reasons []Reason `json:"reasons"`
	Policy  string   `json:"policy"`         // name and version of the policy that decided
	Rule    string   `json:"rule,omitempty"` // the hard rule that set Kind, if one did
	// Freeze asks the gateway to freeze the number and open a review; Kind
	// is then Review.
	Freeze bool `json:"freeze,omitempty"`
	// Refusal names a specific answer instead of the general one for Kind:
	// "unsupported_region" or "unsupported_carrier"; otherwise "".
	Refusal string `json:"refusal,omitempty"`
	// Observed is what would have been decided, when the policy only
	// observes and Kind is Allow whatever the score.
	Observed Kind `json:"observed,omitempty"`
	// Explored says that Kind would have been Block, and the send was let
	// through as step_up by lot, so that what is blocked is seen now and then.
	Explored bool `json:"explored,omitempty"`
	// Ranges has a bit for each of the policy's RangeRules that the send
	// matched: the caller counts it against the number's range.
	Ranges uint8 `json:"ranges,omitempty"`
}

// Shown is the decision that is told and counted: what would have been decided,
// where the policy only observes.
func (d *Decision) Shown() Kind {
	if d.Observed != "" {
		return d.Observed
	}
	return d.Kind
}
