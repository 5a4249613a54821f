package gateway

import (
	"context"
	"errors"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/gateway/facts"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// SIMChanged takes a network's own word, by one of its providers, that the SIM
// behind a number changed at a time. Decisions and fences heed it at once; it
// is on disk when SIMChanged returns nil, and the network may forget it then.
func (s *Service) SIMChanged(ctx context.Context, provider string, n subscriber.MSISDN, at time.Time) error {
	s.Facts.SIMChanged(n, at)
	return retry(ctx, func() error {
		rec, err := s.identity(ctx, facts.NetworkSource, n)
		if err != nil {
			return err
		}
		next, news := rec.Record.SIMChanged(provider, at)
		if !news {
			return nil
		}
		rec.Record = next
		rec.Rev++
		return s.commit(ctx, &store.Tx{Identities: []*store.Identity{rec}})
	})
}

// swapSeen decides once more on a message that the fence stopped: the swap
// fell between the decision and the head of the queue, and what a send would
// be refused and frozen for by now must not wait for the next send. Nobody is
// answered; the freeze, its review and its webhooks are as for a send.
func (s *Service) swapSeen(ctx context.Context, msg *store.Message) {
	t := s.Tenants(msg.Tenant)
	if t == nil {
		return // removed meanwhile by a reload
	}
	n, ok := numbering.Classify(msg.To)
	if !ok {
		return // its range has left the numbering plan
	}
	q := &sending{
		anew: anew{
			t: t, policy: s.policy(t), began: s.Now(), counted: &fraud.Velocity{},
			r: &SendRequest{Kind: msg.Kind, To: string(msg.To), Purpose: msg.Purpose, AccountID: msg.AccountID},
		},
		number: n,
	}
	err := retry(ctx, func() error { return s.redecide(ctx, q) })
	var refused *Refusal
	if err != nil && !errors.As(err, &refused) && ctx.Err() == nil {
		s.Log.Error("deciding on a swap that the fence saw", "message", msg.ID, "error", err)
	}
}

// redecide keeps what the network says now and freezes where the policy does.
func (s *Service) redecide(ctx context.Context, q *sending) error {
	ns, err := s.numberState(ctx, q.t, q.number.MSISDN)
	if err != nil || ns.Freeze != nil {
		return err
	}
	q.began = s.Now()
	g, err := s.gather(ctx, q, ns)
	if err != nil {
		return err
	}
	s.count(q, ns, g)
	s.controlFacts(q, &g.facts)
	dec := q.policy.Decide(&g.facts)
	q.kept = fraud.AppendFacts(nil, &g.facts)
	tx := &store.Tx{Identities: g.observed}
	if dec.Freeze {
		return s.freeze(ctx, q, ns, dec, tx)
	}
	if len(tx.Identities) == 0 {
		return nil
	}
	return s.commit(ctx, tx)
}
