package carrier

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

// native is a Link over our own SMPP stack.
type native struct{ *session.Session }

// Submit narrows Session.Submit to what a carrier sends.
func (n native) Submit(p *pdu.SubmitSM, done session.Completer) error {
	return n.Session.Submit(p, done)
}

// dialNative connects and binds l.
func dialNative(ctx context.Context, l *link) (Link, error) {
	cfg := &l.c.cfg
	conn, err := cfg.Dial(ctx, cfg.Addr)
	if err != nil {
		return nil, err
	}
	if cfg.TLS != nil {
		if conn, err = secure(ctx, conn, cfg); err != nil {
			return nil, err
		}
	}
	sc := cfg.session()
	sc.Stray = l.c.metrics.late.Inc
	sc.RTT = l.c.observeRTT
	s := session.New(conn, sc, &incoming{l: l})
	if _, err := s.Bind(ctx, l.mode, cfg.bind()); err != nil {
		<-s.Done()
		return nil, err
	}
	return native{s}, nil
}

// secure makes conn a TLS connection to the configured host.
func secure(ctx context.Context, conn net.Conn, cfg *Config) (net.Conn, error) {
	tc := cfg.TLS.Clone()
	if tc.ServerName == "" {
		tc.ServerName, _, _ = net.SplitHostPort(cfg.Addr) // Validate has seen to it
	}
	secured := tls.Client(conn, tc)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secured, nil
}

// bind is the body of the bind request.
func (c *Config) bind() pdu.Bind {
	return pdu.Bind{
		SystemID: c.SystemID, Password: c.Password, SystemType: c.SystemType, InterfaceVersion: pdu.Version34,
	}
}

// incoming is the session.Handler of a native link.
type incoming struct {
	l *link
	d pdu.DeliverSM // of the request at hand, used again for the next
}

// What is answered to a delivery; they have nothing to say.
var (
	deliverResp = new(pdu.DeliverSMResp)
	dataResp    = new(pdu.DataSMResp)
)

// Request takes deliver_sm and data_sm; the rest an SMSC has no business asking.
func (in *incoming) Request(s *session.Session, h pdu.Header, wire []byte) {
	body := wire[pdu.HeaderLen:]
	d, resp := &in.d, pdu.PDU(deliverResp)
	var err error
	switch h.ID {
	case pdu.DeliverSMID:
		err = d.Decode(body)
	case pdu.DataSMID:
		var data pdu.DataSM
		err = data.Decode(body)
		d, resp = receipt.FromData(&data), dataResp
	case pdu.AlertNotificationID, pdu.OutbindID:
		return // nothing to answer (§4.12, §4.1.7), and nothing that we wait for
	default:
		_ = s.Refuse(h, pdu.ESME_RINVCMDID) // it fails only when there is no one left to tell
		return
	}
	if err != nil {
		in.l.c.log.Warn("request of the SMSC refused", "link", in.l.index, "command", h.ID.String(), "error", err)
		_ = s.RefuseError(h, err)
		return
	}
	in.l.deliver(d, func(status pdu.Status) {
		if status != pdu.ESME_ROK {
			_ = s.Refuse(h, status)
			return
		}
		_ = s.Respond(h, resp, pdu.ESME_ROK)
	})
}

// Closed has nothing to do: the link's loop waits for Done.
func (in *incoming) Closed(*session.Session, error) {}
