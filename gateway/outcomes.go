package gateway

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/cespare/xxhash/v2"

	"tollgate/fraud"
	"tollgate/fraud/window"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// What became of a send is told to the counters as it becomes known: that it
// was let go, that its code was typed in or guessed at, that its message
// arrived or failed. They live in memory; after a restart they start anew.

// velocityKeys names what a send is counted under. A device or an account is
// counted under a plain hash: it lives in memory only.
func (s *Service) velocityKeys(q *sending, f *fraud.Facts) window.Send {
	c := &q.r.Context
	k := window.Send{
		ID: outcomeID(q.draft.id), At: q.began, Tenant: q.t.ID, Purpose: q.r.Purpose,
		To: q.number.MSISDN, Region: q.number.Region, Network: string(f.Number.PLMN),
		Account: hashed(q.t, q.r.AccountID), Device: hashed(q.t, c.DeviceID), JA4: hashed(q.t, c.JA4), Agent: hashed(q.t, c.UserAgent),
		ASN: f.Client.ASN, Verified: f.History.Verified > 0, Datacentre: f.Client.Datacentre, OddLine: f.Number.OddLine(),
		OtherDevice: f.History.Verified > 0 && f.Client.HasDevice && !f.History.SameDevice,
	}
	if k.Network == "" {
		k.Network = f.Number.OriginalCarrier
	}
	k.IP, _ = netip.ParseAddr(c.IP)
	return k
}

// hashed is a tenant's own word as a key, 0 for none.
func hashed(t *Tenant, word string) uint64 {
	if word == "" {
		return 0
	}
	return max(1, xxhash.Sum64String(t.ID+"/"+word))
}

// outcomeID is the random part of a message's id.
func outcomeID(id store.ID) uint64 { return max(1, binary.BigEndian.Uint64(id[8:])) }

// awaitOutcome says that a send was accepted: what becomes of its code is
// evidence. A text has none.
func (s *Service) awaitOutcome(q *sending, d *fraud.Decision) {
	if q.r.Kind == store.KindOTP {
		s.Velocity.Await(&q.keys, d.Apart())
	}
}

// refusedOutcome says that a send was not let go: nothing will become of it.
func (s *Service) refusedOutcome(q *sending, d *fraud.Decision) {
	if q.r.Kind == store.KindOTP {
		s.Velocity.Refuse(&q.keys, d.Apart())
	}
}

// checked tells the counters of a typed code.
func (s *Service) checked(t *Tenant, r *CheckRequest, status store.ChallengeStatus, now time.Time) {
	c := window.Check{ID: outcomeID(r.ID), At: now, Device: hashed(t, r.Context.DeviceID), ASN: r.Context.ASN}
	c.IP, _ = netip.ParseAddr(r.Context.IP)
	switch status {
	case store.ChallengeApproved:
		c.Result = window.Approved
	case store.ChallengePending:
		c.Result = window.Wrong
	default:
		c.Result = window.Expired
	}
	s.Velocity.Check(&c)
}

// ended tells the counters of a receipt.
func (s *Service) ended(m *store.Message, d *store.Delivery) {
	if m.Kind != store.KindOTP || d.Attempts == 0 {
		return
	}
	r := window.Receipt{ID: outcomeID(m.ID), At: d.DoneAt, Carrier: d.Carrier}
	switch d.Status {
	case store.Delivered:
		r.Result = window.ReceiptDelivered
	case store.Undelivered:
		r.Result = window.ReceiptUndelivered
	case store.Expired:
		r.Result = window.ReceiptExpired
	case store.Rejected:
		r.Result = window.ReceiptRejected
	default:
		return
	}
	s.Velocity.Receipt(&r)
}

// judged tells the counters and the controls what a person said of a send to a
// number. send is zero where it stands for others than one.
func (s *Service) judged(at time.Time, tenant string, send store.ID, to subscriber.MSISDN, honest bool) {
	j := window.Judgement{At: at, Tenant: tenant, To: to, Honest: honest}
	if !send.IsZero() {
		j.ID = outcomeID(send)
	}
	s.Velocity.Judge(&j)
	if s.Controls != nil {
		s.Controls.Judged(at, tenant, to, honest)
	}
}
