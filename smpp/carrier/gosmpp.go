package carrier

import (
	"context"

	"tollgate/smpp/gosmpp"
	"tollgate/smpp/session"
)

// dialGoSMPP connects and binds l over the go-smpp library. Config.Dial and
// WriteTimeout's exactness are the native driver's alone.
func dialGoSMPP(ctx context.Context, l *link) (Link, error) {
	cfg := &l.c.cfg
	conn, err := gosmpp.Dial(ctx, gosmpp.Config{
		Addr: cfg.Addr, Mode: l.mode, Bind: cfg.bind(), TLS: cfg.TLS,
		Window: cfg.Window, MaxUnacked: cfg.MaxUnacked, Busy: cfg.Busy,
		EnquireInterval: cfg.EnquireInterval, ResponseTimeout: cfg.ResponseTimeout,
		WriteTimeout: cfg.WriteTimeout, DrainTimeout: session.DefaultDrainTimeout,
		Deliver: l.deliver, RTT: l.c.observeRTT, Stray: l.c.metrics.late.Inc,
		Dropped: func(err error) {
			l.c.log.Warn("go-smpp cannot decode a PDU of the SMSC; it is not answered", "link", l.index, "error", err)
		},
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}
