package carrier

import (
	"errors"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// Result is what came of a message.
type Result struct {
	Status     pdu.Status    // of the first refused part, else ESME_ROK
	MessageIDs []string      // as the SMSC gave them, one a part; empty for a part that has none
	Unknown    bool          // some part has no answer: time-out, or link lost after the write
	Err        error         // why, when Unknown or NotSent
	NotSent    bool          // nothing was written: safe to send again anywhere
	Partly     bool          // some parts were accepted and not all: to send all again repeats those
	Latency    time.Duration // submit_sm to the last submit_sm_resp
	Link       int
	Next       Verdict // by the retry table; zero when Unknown: whether to send again is the caller's decision
}

// result sums the parts up once all that will be known is known. It returns true
// exactly once. Called with mu held.
func (s *Slot) result() (r Result, over bool) {
	if s.open > 0 || s.done == nil || s.results == nil {
		return r, false
	}
	r.Link = s.l.index
	unwritten, unanswered, accepted := s.parts-s.next, 0, 0
	r.MessageIDs = s.singleID[:]
	if s.parts > 1 {
		r.MessageIDs = make([]string, s.parts)
	}
	for i := range s.results {
		p := &s.results[i]
		r.MessageIDs[i] = p.id
		r.Latency = max(r.Latency, p.latency)
		switch {
		case errors.Is(p.err, session.ErrNotSent):
			unwritten++
			s.writeErr = p.err
		case p.err != nil:
			unanswered++
			r.Err = p.err
		case p.in && p.status == 0:
			accepted++
		case r.Status == 0:
			r.Status = p.status
		}
	}
	if r.Err == nil && r.Status == 0 {
		r.Err = s.writeErr
	}
	r.NotSent = unwritten == s.parts
	r.Partly = accepted > 0 && accepted < s.parts
	// Some parts accepted and some never sent: what the handset makes of it is unknown.
	r.Unknown = unanswered > 0 || !r.NotSent && unwritten > 0 && r.Status == 0
	r.Next = s.verdict(&r)
	s.results = nil
	return r, true
}

func (s *Slot) verdict(r *Result) Verdict {
	switch {
	case r.NotSent:
		var field *pdu.FieldError
		if errors.As(r.Err, &field) { // it cannot be written as SMPP at all
			return Verdict{Final: true}
		}
		return unsent
	case r.Unknown, r.Status == 0:
		return Verdict{}
	}
	return s.c.cfg.rule(r.Status).Verdict
}
