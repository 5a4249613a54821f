package fraud

import "fmt"

// The suspected signals are the memory of a campaign: its next number lies in
// another range, but mostly in the same country, and looks the same at a
// glance. They speak of newcomers, and the less the more codes to the number's
// own range were typed in. Decision.Apart leaves them out: what looks suspect
// by them does not count as suspect again.
var (
	countrySuspected = suspectedSignal("COUNTRY_SUSPECTED", "the tenant's sends to the number's country",
		"to this country", func(s *Suspects) float64 { return s.Country })
	classSuspected = suspectedSignal("CLASS_SUSPECTED", "the tenant's sends that look like this one at a glance",
		"that look like this one", func(s *Suspects) float64 { return s.Class })
)

func suspectedSignal(code, of, where string, share func(*Suspects) float64) *Signal {
	return &Signal{
		Code: code, Group: groupSuspicion, Description: "part of the latest newcomers that looked suspect: " + of,
		ramp: func(f *Facts) float64 {
			if !f.newcomer() || f.Velocity.Outcomes.Outage || f.Velocity.office() {
				return 0
			}
			return share(&f.Velocity.Suspects) / f.Velocity.proven()
		},
		evidence: func(f *Facts) string {
			return fmt.Sprintf("%.0f %% of the latest newcomers %s looked suspect", 100*share(&f.Velocity.Suspects), where)
		},
	}
}

// proven is 1 for a range with no record, and more the more of its codes were
// typed in of late: what is around it counts so much less.
func (v *Velocity) proven() float64 { return 1 + v.Outcomes.RangeApproved*(1-v.Outcomes.RangeMissing) }

// newcomer says that neither number nor account has proved anything yet.
func (f *Facts) newcomer() bool { return f.History.Verified == 0 && f.Velocity.Account.Approved == 0 }

// Apart is the score that the send's own evidence gives, without that of how
// suspect those before it looked: a suspicion must not feed on itself.
func (d *Decision) Apart() float64 {
	score := d.Score
	for i := range d.Reasons {
		if c := d.Reasons[i].Code; c == countrySuspected.Code || c == classSuspected.Code {
			score -= d.Reasons[i].Points
		}
	}
	return max(0, score)
}
