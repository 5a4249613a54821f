package interop

import (
	"errors"
	"net"
	"testing"

	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// simulator is our SMSC with everything on tape.
type simulator struct {
	*smsc.Server
	tape
	host, port string
	messages   chan smsc.Message
}

func startSimulator(t *testing.T, p *smsc.Profile) *simulator {
	t.Helper()
	if errs := p.Validate(); len(errs) > 0 {
		t.Fatal(errs)
	}
	s := &simulator{messages: make(chan smsc.Message, 1000)}
	s.Server = smsc.New(p, smsc.Options{OnMessage: func(m smsc.Message) { s.messages <- m }})
	l := s.listen(t)
	s.host, s.port, _ = net.SplitHostPort(l.Addr().String())
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-served; err != nil && !errors.Is(err, smsc.ErrClosed) { // closed before it began, where the test skips
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// pdus returns the decoded PDUs of one direction with a command, of all
// connections; what does not decode fails the test.
func (t *tape) pdus(tb testing.TB, sent bool, id pdu.CommandID) (all []pdu.PDU) {
	tb.Helper()
	chunks := t.recorded()
	t.mu.Lock()
	conns := t.conns
	t.mu.Unlock()
	for conn := range conns {
		for _, wire := range cut(direction(chunks, conn, sent)) {
			h, p, err := pdu.Decode(wire)
			if err != nil {
				tb.Errorf("%v: %v", h.ID, err)
			} else if h.ID == id {
				all = append(all, p)
			}
		}
	}
	return all
}

// saw tells whether a PDU with the command passed.
func (t *tape) saw(tb testing.TB, sent bool, id pdu.CommandID) bool {
	return len(t.pdus(tb, sent, id)) > 0
}
