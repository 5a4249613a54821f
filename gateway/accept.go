package gateway

import (
	"context"

	"tollgate/fraud"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr"
)

// accept writes the message and its decision, as prepared, in one commit and hands
// it to the dispatcher.
func (s *Service) accept(ctx context.Context, q *sending) error {
	if q.together {
		return nil
	}
	if err := s.commitSends(ctx, []*store.Tx{&q.tx}, q.flight); err != nil {
		q.accepted = nil
		return err
	}
	s.launch(q)
	return nil
}

// commitSends writes accepted messages, which are to be launched unless it fails.
func (s *Service) commitSends(ctx context.Context, txs []*store.Tx, flights ...*flight) error {
	for _, f := range flights {
		s.Dispatcher.Expect(f)
	}
	err := s.commit(ctx, txs...)
	if err != nil {
		for _, f := range flights {
			s.Dispatcher.Unexpect(f)
		}
	}
	return err
}

// prepare lays out what an accepted message writes.
func (s *Service) prepare(q *sending, ns *store.NumberState, g *gathered, dec fraud.Decision) error {
	f, tx := s.newFlight(q, g, dec), &q.tx
	if err := s.plan(f); err != nil {
		return err
	}
	if sentFrom(ns, f.msg.Sender) {
		ns.Rev++
		tx.Numbers = append(tx.Numbers, ns)
	}
	tx.Messages = append(tx.Messages, f.msg)
	q.content = store.Content{ID: f.msg.ID, Text: f.text}
	tx.Contents = append(tx.Contents, &q.content)
	tx.Deliveries = append(tx.Deliveries, &f.d) // nobody else has it yet
	if q.r.Kind == store.KindOTP {
		tx.Challenges = append(tx.Challenges, s.newChallenge(q, g))
	}
	acc := &Accepted{ID: f.msg.ID, Kind: q.r.Kind, To: f.msg.To, Decision: dec, ExpiresAt: f.msg.ExpiresAt}
	if a := q.r.Idempotency; a != nil {
		answer := *a
		answer.Status, answer.Response = q.r.Render(acc, nil)
		answer.At = s.Now()
		tx.Answers = append(tx.Answers, &answer)
	}
	q.accepted, q.flight = acc, f
	return nil
}

// launch hands over a message that is on disk.
func (s *Service) launch(q *sending) {
	s.awaitOutcome(q, &q.accepted.Decision)
	s.controlAccepted(q)
	s.Metrics.accept.Observe(s.Now().Sub(q.began).Seconds())
	s.Metrics.reached[store.Accepted].Inc()
	s.Metrics.decided(&q.accepted.Decision)
	q.flight.d.First = len(q.flight.d.Timeline)
	q.flight.msg.Facts = nil // they are on disk, and nobody on its way asks for them
	if s.Recorder == nil {
		q.room = q.kept
	}
	s.Dispatcher.Enqueue(q.flight)
}

// newFlight is the accepted message as the dispatcher will own it.
func (s *Service) newFlight(q *sending, g *gathered, dec fraud.Decision) *flight {
	f := &flight{text: q.draft.text, size: flightSize(q.draft.text)}
	f.message = store.Message{
		ID: q.draft.id, Kind: q.r.Kind, Tenant: q.t.ID, To: q.number.MSISDN, Region: q.number.Region,
		PLMN: g.facts.Number.PLMN, Purpose: q.r.Purpose, AccountID: q.r.AccountID, Sender: q.r.Sender,
		Metadata: q.r.Metadata, CallbackURL: q.r.CallbackURL, RequestID: q.r.RequestID, TraceParent: q.r.TraceParent,
		CreatedAt: q.began, ExpiresAt: q.draft.expires, Decision: dec, Facts: q.kept, Fence: s.fenceOf(q, g),
	}
	f.msg = &f.message
	f.d = store.Delivery{ID: f.msg.ID, Status: store.Accepted, ExpiresAt: f.msg.ExpiresAt}
	now := s.Now()
	f.step("accepted", "", "", now, now.Sub(q.began))
	return f
}

// fenceOf is the identity that the decision saw, for the comparison at the
// head of the queue. Where the network did not answer the decision in time, it
// is the one of record: what answers the fence may be another SIM.
func (s *Service) fenceOf(q *sending, g *gathered) store.Fence {
	if g.facts.Lookup.Identity == fraud.NotAsked {
		return store.Fence{Observe: q.policy.Observes()} // a network may still tell by itself
	}
	f := store.Fence{Asked: true, Observe: q.policy.Observes(), Required: q.policy.Sensitive(q.r.Purpose), SeenAt: g.answer.IdentityAt, By: g.answer.IdentityBy}
	sim := hlr.Fingerprint(g.answer, s.Keys)
	if !sim.Known() && !g.answer.Absent {
		sim, f.By = g.record.SIM()
		f.SeenAt = sim.SeenAt
	}
	f.IMSI, f.ICCID, f.SIMChange = sim.IMSI, sim.ICCID, sim.Change
	return f
}

func (s *Service) newChallenge(q *sending, g *gathered) *store.Challenge {
	ch := &q.code
	*ch = store.Challenge{
		ID: q.draft.id, Rev: 1, Tenant: q.t.ID, To: q.number.MSISDN, Purpose: q.r.Purpose, AccountID: q.r.AccountID,
		Status: store.ChallengePending, MAC: otp.MAC(s.Keys, q.draft.id, q.draft.code), CreatedAt: q.began, ExpiresAt: q.draft.expires,
	}
	if g.answer != nil {
		ch.IMSI = hlr.Fingerprint(g.answer, s.Keys).IMSI
	}
	c := &q.r.Context
	if c.DeviceID != "" {
		ch.Device = s.Keys.Hash("device", q.t.ID+"/"+c.DeviceID)
	}
	if c.IP != "" {
		ch.SendIP = s.Keys.Hash("ip", c.IP)
	}
	return ch
}
