package session

import (
	"errors"
	"fmt"

	"tollgate/smpp/pdu"
)

// Respond answers the request with header h. p is the response PDU; its body is
// left out when status is not ESME_ROK. A request is answered once; after the
// session has ended the answer goes nowhere and the error says so.
func (s *Session) Respond(h pdu.Header, p pdu.PDU, status pdu.Status) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine.state == Closed {
		return fmt.Errorf("answer %s: session has ended: %w", h.ID, s.err)
	}
	before := len(s.out)
	b, err := pdu.Append(s.out, p, status, h.Sequence)
	if err != nil {
		return fmt.Errorf("answer %s: %w", h.ID, err)
	}
	s.append(b, before)
	s.settled()
	return nil
}

// Refuse answers the request with header h by its response without a body.
func (s *Session) Refuse(h pdu.Header, status pdu.Status) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine.state == Closed {
		return fmt.Errorf("refuse %s: session has ended: %w", h.ID, s.err)
	}
	s.answer(h.ID|responseBit, status, h.Sequence)
	s.settled()
	return nil
}

// RefuseError refuses a request that could not be decoded with the status that
// the error carries.
func (s *Session) RefuseError(h pdu.Header, err error) error { return s.Refuse(h, statusOf(err)) }

// statusOf is what to answer after a decoding error.
func statusOf(err error) pdu.Status {
	var field *pdu.FieldError
	if errors.As(err, &field) && field.Status != 0 {
		return field.Status
	}
	return pdu.ESME_RSYSERR
}

// settled counts one request of the peer as answered. Called with mu held.
func (s *Session) settled() {
	if s.incoming > 0 {
		s.incoming--
	}
	s.drained()
}
