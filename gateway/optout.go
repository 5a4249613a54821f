package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
)

// A handset that answers STOP gets no more plain texts, until it answers START. The wish
// is kept per tenant and number. It concerns every tenant that has sent to the number
// from the address that was answered: several may share a short code, and the person
// answers what is on the display. When nobody is known to have, it concerns the
// tenants that are configured with that address.
//
// One-time codes still go: whoever opted out and then asks for a code wants it. So do
// they under every policy, observe among them: it is the recipient's decision, not ours.

// maxSenders is how many addresses of a tenant a number remembers; the oldest goes.
const maxSenders = 8

// sentFrom notes that the tenant used an address that can be answered. It returns false
// when that is known already, or nobody could answer: then nothing has to be stored.
func sentFrom(ns *store.NumberState, sender string) bool {
	digits := bareAddress(sender)
	if digits == "" || strings.Trim(digits, "0123456789") != "" || slices.Contains(ns.Senders, digits) {
		return false
	}
	if len(ns.Senders) >= maxSenders {
		ns.Senders = ns.Senders[len(ns.Senders)-maxSenders+1:]
	}
	ns.Senders = append(ns.Senders, digits)
	return true
}

// optedOut refuses a plain text to a number that answered STOP.
func optedOut(kind store.Kind, ns *store.NumberState) error {
	if kind != store.KindText || ns.OptedOut.IsZero() {
		return nil
	}
	return refuse(CodeOptedOut, "the recipient answered STOP on %s; until they answer START only one-time codes are sent",
		ns.OptedOut.UTC().Format("2006-01-02"))
}

// keyword makes a wish durable and then acknowledges it. It runs on the dispatcher's
// goroutine for keywords.
func (s *Service) keyword(in inbound) {
	if err := s.applyKeyword(context.Background(), in); err != nil {
		s.Log.Error("keeping an opt-out; the carrier delivers it again", "carrier", in.carrier, "to", in.from.Masked(), "keyword", in.keyword, "error", err)
		in.ack(carrier.NotNow)
		return
	}
	in.ack(pdu.ESME_ROK)
}

func (s *Service) applyKeyword(ctx context.Context, in inbound) error {
	concerned, err := s.concerned(ctx, in)
	if err != nil {
		return err
	}
	for _, t := range concerned {
		if err := retry(ctx, func() error { return s.setOptOut(ctx, t, in) }); err != nil {
			return err
		}
	}
	if len(concerned) == 0 {
		s.Log.Info("a keyword concerns no tenant", "carrier", in.carrier, "to", in.to, "from", in.from.Masked(), "keyword", in.keyword)
	}
	return nil
}

// concerned lists the tenants that an answer to an address is meant for.
func (s *Service) concerned(ctx context.Context, in inbound) (list []*Tenant, err error) {
	var configured []*Tenant
	for _, t := range s.EachTenant() {
		ns, err := s.numberState(ctx, t, in.from)
		switch {
		case err != nil:
			return nil, err
		case slices.Contains(ns.Senders, in.to):
			list = append(list, t)
		case t.uses(in.to):
			configured = append(configured, t)
		}
	}
	if len(list) == 0 {
		return configured, nil
	}
	return list, nil
}

// uses says that an address, digits only, is configured as one of the tenant's.
func (t *Tenant) uses(address string) bool {
	return bareAddress(t.Sender) == address ||
		slices.ContainsFunc(t.Senders, func(s string) bool { return bareAddress(s) == address })
}

// setOptOut sets or lifts one tenant's opt-out.
func (s *Service) setOptOut(ctx context.Context, t *Tenant, in inbound) error {
	ns, err := s.numberState(ctx, t, in.from)
	if err != nil {
		return err
	}
	out := in.keyword == keywordStop
	if out == !ns.OptedOut.IsZero() {
		return nil // said before
	}
	change := "in"
	ns.OptedOut = time.Time{}
	if out {
		change, ns.OptedOut = "out", s.Now()
	}
	ns.Rev++
	if err := s.commit(ctx, &store.Tx{Numbers: []*store.NumberState{ns}}); err != nil {
		return err
	}
	s.Metrics.optOuts.WithLabelValues(change).Inc()
	return nil
}
