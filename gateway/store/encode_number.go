package store

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"tollgate/hlr/subscriber"
)

// AppendNumberState appends the encoded state to b.
func AppendNumberState(b []byte, s *NumberState) []byte {
	b = appendString(b, 1, s.Tenant)
	b = appendString(b, 2, string(s.To))
	b = appendUint(b, 3, s.Rev)
	b = appendTime(b, 4, s.FirstSeen)
	for _, at := range s.Wrong {
		b = appendTime(b, 5, at)
	}
	b = appendCooldowns(b, s)
	b = appendHold(b, 7, s.Freeze)
	b = appendHold(b, 8, s.Lock)
	b = appendInt(b, 9, int64(s.Verified))
	b = appendTime(b, 10, s.VerifiedAt)
	b = appendHash(b, 11, s.VerifiedIMSI)
	b = appendHash(b, 12, s.VerifiedDevice)
	b = appendTime(b, 13, s.AcknowledgedAt)
	b = appendID(b, 15, s.OpenReview)
	b = appendTime(b, 16, s.OptedOut)
	for _, sender := range s.Senders {
		b = appendString(b, 17, sender)
	}
	return appendTime(b, 18, s.JudgedAt)
}

// DecodeNumberState reads what AppendNumberState wrote.
func DecodeNumberState(b []byte) (*NumberState, error) {
	s := &NumberState{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			s.Tenant = r.string()
		case 2:
			s.To = subscriber.MSISDN(r.string())
		case 3:
			s.Rev = r.uint()
		case 4:
			s.FirstSeen = r.time()
		case 5:
			s.Wrong = append(s.Wrong, r.time())
		case 6:
			s.addCooldown(nested(&r, decodeCooldown))
		case 7:
			s.Freeze = nested(&r, decodeHold)
		case 8:
			s.Lock = nested(&r, decodeHold)
		case 9:
			s.Verified = int(r.int())
		case 10:
			s.VerifiedAt = r.time()
		case 11:
			s.VerifiedIMSI = r.hash()
		case 12:
			s.VerifiedDevice = r.hash()
		case 13:
			s.AcknowledgedAt = r.time()
		case 18:
			s.JudgedAt = r.time()
		case 15:
			s.OpenReview = r.id()
		case 16:
			s.OptedOut = r.time()
		case 17:
			s.Senders = append(s.Senders, r.string())
		}
	}
	return s, r.done("number state")
}

// appendCooldowns joins the two maps by purpose.
func appendCooldowns(b []byte, s *NumberState) []byte {
	for purpose, until := range s.Cooldown {
		sends, stopped := s.CooldownSend[purpose]
		b = appendCooldown(b, 6, cooldown{purpose, until, stopped, sends})
	}
	for purpose, sends := range s.CooldownSend {
		if _, done := s.Cooldown[purpose]; !done {
			b = appendCooldown(b, 6, cooldown{purpose, time.Time{}, true, sends})
		}
	}
	return b
}

func (s *NumberState) addCooldown(c cooldown) {
	if !c.until.IsZero() {
		if s.Cooldown == nil {
			s.Cooldown = make(map[string]time.Time)
		}
		s.Cooldown[c.purpose] = c.until
	}
	if c.stopped {
		if s.CooldownSend == nil {
			s.CooldownSend = make(map[string]bool)
		}
		s.CooldownSend[c.purpose] = c.sends
	}
}

func appendHold(b []byte, num protowire.Number, h *Hold) []byte {
	if h == nil {
		return b
	}
	b, mark := beginNested(b, num)
	b = appendID(b, 1, h.Review)
	b = appendTime(b, 2, h.At)
	b, inner := beginNested(b, 3)
	b = endNested(appendDecision(b, &h.Decision), inner)
	return endNested(b, mark)
}

func decodeHold(b []byte) (*Hold, error) {
	h := &Hold{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			h.Review = r.id()
		case 2:
			h.At = r.time()
		case 3:
			h.Decision = nested(&r, decodeDecision)
		}
	}
	return h, r.done("hold")
}
