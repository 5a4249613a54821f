package gateway

import (
	"encoding/binary"

	"tollgate/fraud"
	"tollgate/gateway/controls"
	"tollgate/smpp/coding"
)

// controlled is a send in the words of the controls.
func (s *Service) controlled(q *sending) *controls.Send {
	c := &q.r.Context
	x := &controls.Send{
		At: q.began, Tenant: q.t.ID, To: q.number.MSISDN, Region: q.number.Region,
		IP: c.IP, ASN: c.ASN, Device: c.DeviceID, Account: q.r.AccountID,
		Segments: func() int { return s.Dispatcher.segments(q.draft.text) },
	}
	if q.policy.Explores() && !q.draft.id.IsZero() {
		x.Lot = func() uint32 {
			sum := s.Keys.Hash("explore", q.draft.id.String()).Sum
			return binary.LittleEndian.Uint32(sum[:])
		}
	}
	return x
}

// controlFacts lays out what lists, blocked ranges and spend caps say. What the
// table knows of the address's system counts before what the caller says.
func (s *Service) controlFacts(q *sending, f *fraud.Facts) {
	if s.Controls == nil {
		return
	}
	x := s.controlled(q)
	x.ASN = f.Client.ASN
	s.Controls.Facts(x, f)
}

// controlDecided tells the controls of a decision, once for a send that starts
// over.
func (s *Service) controlDecided(q *sending, d *fraud.Decision) {
	if s.Controls == nil || q.told || d.Ranges == 0 && !d.Explored {
		return
	}
	q.told = true
	s.Controls.Decided(s.controlled(q), q.policy, d)
}

// controlAccepted counts what an accepted send costs.
func (s *Service) controlAccepted(q *sending) {
	if s.Controls != nil && !s.Controls.Spend.Idle() {
		s.Controls.Accepted(s.controlled(q))
	}
}

// segments is how many the text makes at the first carrier that can write it.
func (d *Dispatcher) segments(text string) int {
	for i := range d.codings {
		if _, n, err := coding.Count(text, d.codings[i]); err == nil {
			return n
		}
	}
	return 1
}
