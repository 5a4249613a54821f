package smsc

import (
	"sync/atomic"
	"time"

	"tollgate/smpp/pdu"
)

// message is one accepted submit_sm.
type message struct {
	acct       *account
	c          *conn // that it came over
	id         string
	n          uint64 // the number behind id
	from, to   pdu.Address
	esmClass   byte
	coding     byte
	registered byte
	reference  []byte // user_message_reference, which a receipt repeats
	body       []byte
	at         int64         // accepted, nanoseconds since the server's start
	delay      time.Duration // from the response to the final state
	respEnd    atomic.Uint64 // where its response ends in c's output
	noReceipt  bool
	twice      bool
	early      bool
	idForm     IDForm   // of the receipt's id; empty: the profile's
	receipt    delivery // the first; a duplicate has its own

	// Guarded by book.mu, for cancel_sm and replace_sm change them.
	finalAt   int64
	stat, err string
}

// accept takes a message in, as number n.
func (c *conn) accept(sm *pdu.SubmitSM, f *fate, n uint64) *message {
	s := c.s
	names := sm.Source.Addr + sm.Dest.Addr // sm borrows from the reader: one copy for both
	cut := len(sm.Source.Addr)
	m := &message{
		acct: c.acct.Load(), c: c, n: n, id: s.p.messageID(n),
		from:     pdu.Address{TON: sm.Source.TON, NPI: sm.Source.NPI, Addr: names[:cut]},
		to:       pdu.Address{TON: sm.Dest.TON, NPI: sm.Dest.NPI, Addr: names[cut:]},
		esmClass: sm.ESMClass, coding: sm.DataCoding, registered: sm.RegisteredDelivery,
		body: append([]byte(nil), sm.Message()...), at: c.now, delay: f.receipt,
		stat: f.stat, err: f.err, noReceipt: f.noReceipt, twice: f.twice, early: f.early && !f.noReceipt, idForm: f.idForm,
	}
	if v, ok := sm.TLVs.Get(pdu.TagUserMessageReference); ok {
		m.reference = append([]byte(nil), v...)
	}
	m.expire(sm.ValidityPeriod, s.epoch.Add(time.Duration(c.now)), f)
	m.finalAt = c.now + int64(f.response+m.delay)
	if s.p.QueueLimit > 0 {
		m.acct.opened(1)
	}
	s.stats.accepted.Add(1)
	if s.unique.add(m) {
		s.stats.unique.Add(1)
	}
	s.book.add(m)
	s.whole(m, sm.TLVs)
	return m
}

// expire ends a message at its validity_period when the handset would get it
// later.
func (m *message) expire(validity string, now time.Time, f *fate) {
	if validity == "" {
		return
	}
	until, err := pdu.ParseTime(validity, now)
	if left := until.Sub(now); err == nil && f.response+m.delay > left {
		m.delay = max(left-f.response, 0)
		m.stat, m.err = "EXPIRED", "003"
	}
}

// afterResponse goes on with a message once its response is queued.
func (s *Server) afterResponse(m *message, t *touched) {
	if s.p.Intermediate && m.registered&pdu.RegisteredIntermediate != 0 {
		m.acct.deliver(&delivery{m: m, kind: kindIntermediate, stat: "ENROUTE", err: "000"}, t)
	}
	switch {
	case s.p.QueueLimit == 0 && (m.noReceipt || m.early || !s.p.wants(m.registered)):
	case m.delay == 0:
		s.final(m, t)
	default:
		s.after(m.delay, event{what: evFinal, m: m})
	}
}

// final ends a message.
func (s *Server) final(m *message, t *touched) {
	if s.p.QueueLimit > 0 {
		m.acct.opened(-1)
	}
	if !m.noReceipt && !m.early {
		m.acct.receipt(m, t)
	}
}

// wants says whether any receipt may be asked for (SMPP 3.4 §5.2.17).
func (p *Profile) wants(registered byte) bool {
	return registered&0x03 != 0 && (p.Receipts == nil || len(p.Receipts) > 0)
}

func (a *account) opened(n int) {
	a.mu.Lock()
	a.open += n
	a.mu.Unlock()
}
