package smsc

import (
	"errors"
	"fmt"
	"strings"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// ErrNotBound means that no ESME has bound with the system_id yet.
var ErrNotBound = errors.New("nobody bound with this system_id")

// SendMO sends a message from a handset to an ESME, in as many parts as it
// needs. It waits in the account's queue when no bind can take it now. Numbers
// with a plus are international.
func (s *Server) SendMO(systemID, from, to, text string) error {
	s.mu.Lock()
	a := s.accounts[systemID]
	s.mu.Unlock()
	if a == nil {
		return fmt.Errorf("send a message to %s: %w", systemID, ErrNotBound)
	}
	ref := uint16(s.nextID.Add(1))
	parts, err := coding.Split(text, coding.Options{Alphabet: s.book.alphabet, Ref: ref})
	if err != nil {
		return fmt.Errorf("send a message to %s: %w", systemID, err)
	}
	var t touched
	for _, p := range parts {
		m := &message{
			acct: a, from: address(from), to: address(to),
			esmClass: p.ESMClass, coding: p.DataCoding, body: p.ShortMessage,
		}
		a.deliver(&delivery{m: m, kind: kindMO}, &t)
	}
	t.flush(nil)
	return nil
}

func address(s string) pdu.Address {
	if digits, ok := strings.CutPrefix(s, "+"); ok {
		return pdu.Address{TON: pdu.TONInternational, NPI: pdu.NPIISDN, Addr: digits}
	}
	return pdu.Address{Addr: s}
}
