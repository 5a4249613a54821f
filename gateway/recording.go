package gateway

import (
	"time"

	"tollgate/fraud"
	"tollgate/gateway/otp"
	"tollgate/gateway/record"
	"tollgate/gateway/store"
	"tollgate/hlr"
)

// Recorder takes what happens, for replay. It must neither block nor change
// what a line points at.
type Recorder interface{ Record(record.Line) }

// recordDecided records a send that was decided, what the network said of its
// number before it, and the decision; once for a send that starts over.
func (s *Service) recordDecided(q *sending, g *gathered, dec *fraud.Decision) {
	if s.Recorder == nil || q.recorded || q.draft.id.IsZero() {
		return
	}
	q.recorded = true
	id, to := prefixes[q.r.Kind]+q.draft.id.String(), string(q.number.MSISDN)
	if a := g.answer; a != nil && a.Known != 0 {
		s.Recorder.Record(record.Line{At: q.began, Event: record.Identity, To: to, Network: networkLine(a)})
	}
	l := record.Line{
		At: q.began, Event: record.Send, ID: id, To: to, Tenant: q.t.ID, Purpose: q.r.Purpose, AccountID: q.r.AccountID,
		Context: contextLine(&q.r.Context),
	}
	if a := q.r.Assurance; a != nil {
		l.Assurance = &record.Assurance{Factor: a.Factor, VerifiedAt: a.VerifiedAt.UTC()}
	}
	s.Recorder.Record(l)
	s.Recorder.Record(record.Line{At: q.began, Event: record.Decision, ID: id, Decided: &record.Decided{Decision: *dec, Facts: q.kept}})
}

// networkLine is all that the network told.
func networkLine(a *hlr.Answer) *record.Network {
	n := &record.Network{
		IMSI: a.IMSI, ICCID: a.ICCID, IMEI: a.IMEI, VLR: a.VLR, MCCMNC: string(a.PLMN), Home: string(a.Home),
		Ported: a.Ported, PortedAt: a.PortedAt, LineType: a.LineType, Roaming: a.Roaming, Reachable: a.Reachable,
		CallForwarding: a.CallForwarding, RecycledAt: a.RecycledAt, Absent: a.Absent,
	}
	if a.Known&hlr.FieldLocation != 0 {
		lac, cid := a.LAC, a.CID // the answer may be used again
		n.LAC, n.CID = &lac, &cid
	}
	return n
}

func contextLine(c *ClientContext) *record.Context {
	if *c == (ClientContext{}) {
		return nil
	}
	l := &record.Context{IP: c.IP, DeviceID: c.DeviceID, UserAgent: c.UserAgent, JA4: c.JA4, ASN: c.ASN}
	if d := c.Device; d != nil {
		l.Device = &record.Claims{IMSI: d.IMSI, ICCID: d.ICCID, IMEI: d.IMEI, LAC: d.LAC, CID: d.CID}
	}
	return l
}

// recordCheck records a typed code that was judged. One that a cool-down or a
// hold refused was no attempt.
func (s *Service) recordCheck(r *CheckRequest, v *otp.Verdict, now time.Time) {
	if s.Recorder == nil || !v.ChallengeChanged && !v.NumberChanged {
		return
	}
	result := ""
	switch v.Status {
	case store.ChallengeApproved:
		result = "approved"
	case store.ChallengePending:
		result = "wrong"
	case store.ChallengeExpired:
		result = "expired"
	default:
		return
	}
	s.Recorder.Record(record.Line{At: now, Event: record.Check, ID: prefixes[store.KindOTP] + r.ID.String(), Result: result, Context: contextLine(&r.Context)})
}

// recordReceipt records the end that a carrier told.
func (s *Service) recordReceipt(m *store.Message, d *store.Delivery) {
	if s.Recorder == nil || d.SubmittedAt.IsZero() {
		return
	}
	switch d.Status {
	case store.Delivered, store.Undelivered, store.Expired, store.Rejected:
		s.Recorder.Record(record.Line{
			At: d.DoneAt, Event: record.Receipt, ID: prefixes[m.Kind] + m.ID.String(), Result: d.Status.String(), Carrier: d.Carrier, Error: d.Reason,
		})
	}
}

// recordReview ties a send to the review that answers for it.
func (s *Service) recordReview(q *sending, review store.ID) {
	if s.Recorder == nil || q.draft.id.IsZero() {
		return
	}
	s.Recorder.Record(record.Line{At: q.began, Event: record.Review, ID: prefixes[q.r.Kind] + q.draft.id.String(), Review: reviewPrefix + review.String()})
}

const reviewPrefix = "rev_"

// recordResolution records what a person found.
func (s *Service) recordResolution(r *store.Review) {
	label := "legit:review"
	if r.Resolution == "fraud" {
		label = "fraud:review"
	}
	s.recordLabel(reviewPrefix+r.ID.String(), label, "", r.ResolvedAt)
}

func (s *Service) recordLabel(id, label, note string, at time.Time) {
	if s.Recorder != nil {
		s.Recorder.Record(record.Line{At: at, Event: record.Label, ID: id, Label: label, Note: note})
	}
}
