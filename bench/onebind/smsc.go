package onebind

import (
	"net"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// What every client sends.
const (
	text   = "123456 is your code"
	source = "Tollgate"
	dest   = "4915112345678"
)

// acceptor is an SMSC that takes everything, the same for all clients.
type acceptor struct{ resp pdu.SubmitSMResp }

func (a *acceptor) Request(s *session.Session, h pdu.Header, _ []byte) {
	if h.ID == pdu.SubmitSMID {
		_ = s.Respond(h, &a.resp, pdu.ESME_ROK) // a client that has gone is its own affair
	}
}

func (a *acceptor) Closed(*session.Session, error) {}

// listen starts the SMSC on a free port of loopback.
func listen(window int) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	cfg := session.Config{Incoming: 2 * window, Accept: func(*session.Session, session.Mode, *pdu.Bind) pdu.Status { return pdu.ESME_ROK }}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			session.New(c, cfg, &acceptor{pdu.SubmitSMResp{MessageID: "0123456789"}})
		}
	}()
	return l, nil
}
