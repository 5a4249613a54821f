package api

import (
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// appendAccepted is the 202 of a send.
func appendAccepted(b []byte, a *gateway.Accepted) []byte {
	b = appendID(b, prefixOf(a.Kind), a.ID)
	b = append(b, `,"status":"accepted"`...)
	b = appendMember(b, "to", string(a.To))
	b = appendDecision(append(b, ','), &a.Decision)
	return append(appendTime(appendName(b, "expires_at"), a.ExpiresAt), '}')
}

// appendID opens an object with its id.
func appendID(b []byte, prefix string, id store.ID) []byte {
	b = append(append(b, `{"id":"`...), prefix...)
	b = append(b, id.String()...)
	return append(b, '"')
}

func appendChecked(b []byte, c *gateway.CheckResult) []byte {
	b = appendString(append(b, `{"status":`...), c.Status.String())
	return append(appendInt(appendName(b, "attempts_left"), int64(c.AttemptsLeft)), '}')
}

// appendView is all that is known of a message.
func appendView(b []byte, v *gateway.View) []byte {
	m, d := v.Message, v.Delivery
	b = appendID(b, prefixOf(m.Kind), m.ID)
	b = appendMember(b, "to", string(m.To))
	b = appendMember(b, "purpose", m.Purpose)
	b = appendMember(b, "status", furthest(d.Status, v.Challenge))
	b = appendMember(b, "delivery", d.Status.String())
	if v.Challenge != nil {
		b = appendMember(b, "challenge", v.Challenge.Status.String())
	}
	if d.Reason != "" {
		b = appendMember(b, "reason", d.Reason)
	}
	b = appendDecision(append(b, ','), &m.Decision)
	b = appendName(b, "carrier")
	if d.Carrier == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, d.Carrier)
	}
	b = appendInt(appendName(b, "attempts"), int64(d.Attempts))
	b = appendTimeline(appendName(b, "timeline"), d.Timeline)
	b = appendTime(appendName(b, "created_at"), m.CreatedAt)
	return append(appendTime(appendName(b, "expires_at"), m.ExpiresAt), '}')
}

// furthest is the further of a message's two halves, in the order of
// store.Status with approved above all: what was approved stays approved.
func furthest(d store.Status, c *store.Challenge) string {
	if c != nil {
		switch c.Status {
		case store.ChallengeApproved:
			return "approved"
		case store.ChallengeCanceled:
			d = max(d, store.Canceled)
		case store.ChallengeExpired:
			d = max(d, store.Expired)
		}
	}
	return d.String()
}

func appendTimeline(b []byte, steps []store.Step) []byte {
	b = append(b, '[')
	for i := range steps {
		if i > 0 {
			b = append(b, ',')
		}
		s := &steps[i]
		b = appendString(append(b, `{"step":`...), s.Name)
		b = appendTime(appendName(b, "at"), s.At)
		if s.Carrier != "" {
			b = appendMember(b, "carrier", s.Carrier)
		}
		if s.Latency != 0 {
			b = appendIn(appendName(b, "latency_ms"), s.Latency, time.Millisecond)
		}
		if s.Detail != "" {
			b = appendMember(b, "detail", s.Detail)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendScore is the decision on a number and the facts behind it.
func appendScore(b []byte, s *gateway.ScoreResult) []byte {
	b = appendString(append(b, `{"to":`...), string(s.To))
	b = appendDecision(append(b, ','), &s.Decision)
	if s.Held != "" {
		b = appendMember(b, "held", s.Held)
		b = appendMember(b, "review_id", prefixReview+s.Review.String())
	}
	b = append(appendName(b, "facts"), '[')
	for i := range s.Facts {
		if i > 0 {
			b = append(b, ',')
		}
		f := &s.Facts[i]
		b = appendString(append(b, `{"name":`...), f.Name)
		b = appendValue(appendName(b, "value"), f.Value)
		b = appendMember(b, "source", f.Source)
		b = appendIn(appendName(b, "age_s"), f.Age, time.Second)
		b = appendIn(appendName(b, "latency_ms"), f.Latency, time.Millisecond)
		if f.Cached {
			b = append(b, `,"cached":true`...)
		}
		if f.Disputed {
			b = append(b, `,"disputed":true`...)
		}
		if f.Error != "" {
			b = appendMember(b, "error", f.Error)
		}
		b = append(b, '}')
	}
	return append(b, `]}`...)
}

func appendReview(b []byte, r *store.Review) []byte {
	b = appendID(b, prefixReview, r.ID)
	b = appendMember(b, "to", string(r.To))
	if r.AccountID != "" {
		b = appendMember(b, "account_id", r.AccountID)
	}
	b = appendMember(b, "purpose", r.Purpose)
	b = appendMember(b, "kind", string(r.Kind))
	status := "resolved"
	if r.Open() {
		status = "open"
	}
	b = appendMember(b, "status", status)
	b = appendDecision(append(b, ','), &r.Decision)
	b = appendTime(appendName(b, "opened_at"), r.OpenedAt)
	if !r.Open() {
		b = appendTime(appendName(b, "resolved_at"), r.ResolvedAt)
		b = appendMember(b, "resolution", r.Resolution)
		b = appendMember(b, "note", r.Note)
		b = appendMember(b, "by", r.By)
	}
	return append(b, '}')
}

// appendReviews is one page of reviews. next continues the listing; it is
// null on the last page.
func appendReviews(b []byte, page []*store.Review, more bool) []byte {
	b = append(b, `{"reviews":[`...)
	for i, r := range page {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendReview(b, r)
	}
	b = append(b, `],"next":`...)
	if !more {
		return append(b, `null}`...)
	}
	b = appendString(b, prefixReview+page[len(page)-1].ID.String())
	return append(b, '}')
}
