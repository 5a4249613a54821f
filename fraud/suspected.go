package fraud

import "fmt"

// suspectedSignal is the memory of a campaign, in one of the streams that its
// next number will be in as well. It speaks of newcomers, and the less the more
// codes to the number's own range were typed in.
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
