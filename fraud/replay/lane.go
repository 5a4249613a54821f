package replay

import "tollgate/fraud"

// Lane is one policy on its way through a file.
type Lane struct {
	Name   string // of the policy, with its version
	Engine *Engine
	Tally  *Tally
}

// Feed takes the next event; for a send it returns the decision, else nil.
func (l *Lane) Feed(e *Event) *Decided {
	d := l.Engine.Feed(e)
	if d != nil {
		l.Tally.Add(d)
	}
	return d
}

// Report is what the lane shows at the end.
func (l *Lane) Report(in Input) *Report { return l.Tally.Report(l.Name, in, l.Engine) }

// Same is a Config.Policy that has one policy for all tenants.
func Same(p *fraud.Policy) func(string) *fraud.Policy {
	return func(string) *fraud.Policy { return p }
}
