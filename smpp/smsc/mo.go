package smsc

import (
	"errors"
	"fmt"
	"strings"

	"tollgate/smpp/pdu"
)

// ErrNotBound means that no ESME has bound with the system_id yet.
var ErrNotBound = errors.New("nobody bound with this system_id")

// SendMO sends a message from a handset to an ESME. It waits in the account's
// queue when no bind can take it now. Numbers with a plus are international.
// The text is sent as UCS-2 unless it is ASCII without the characters that the
// default alphabet moves; at most 70 characters, 140 in ASCII.
func (s *Server) SendMO(systemID, from, to, text string) error {
	s.mu.Lock()
	a := s.accounts[systemID]
	s.mu.Unlock()
	if a == nil {
		return fmt.Errorf("send a message to %s: %w", systemID, ErrNotBound)
	}
	coding, body := encodeMO(text)
	if len(body) > octetsMax {
		return fmt.Errorf("send a message to %s: %d octets; at most %d fit into one", systemID, len(body), octetsMax)
	}
	m := &message{acct: a, from: address(from), to: address(to), coding: coding, body: body}
	var t touched
	a.deliver(&delivery{m: m, kind: kindMO}, &t)
	t.flush(nil)
	return nil
}

func address(s string) pdu.Address {
	if digits, ok := strings.CutPrefix(s, "+"); ok {
		return pdu.Address{TON: pdu.TONInternational, NPI: pdu.NPIISDN, Addr: digits}
	}
	return pdu.Address{Addr: s}
}
