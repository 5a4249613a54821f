package gosmpp

import (
	"crypto/tls"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// Config is one bind. Every field but TLS and the functions must be set.
type Config struct {
	Addr       string // host:port
	Mode       session.Mode
	Bind       pdu.Bind
	TLS        *tls.Config // nil: plain TCP
	Window     int         // requests without a response
	MaxUnacked int         // deliver_sm not acknowledged yet; above it Busy
	Busy       pdu.Status

	EnquireInterval time.Duration // silence after which enquire_link is sent
	ResponseTimeout time.Duration
	WriteTimeout    time.Duration
	DrainTimeout    time.Duration // how long Unbind waits for responses

	// Deliver gets each deliver_sm, on the reading goroutine; it must not block. ack
	// answers, once, from any goroutine. d holds until Deliver returns.
	Deliver func(d *pdu.DeliverSM, ack func(pdu.Status))
	RTT     func(time.Duration) // of each answered enquire_link; may be nil
	Stray   func()              // a response that answers nothing waiting; may be nil
	Dropped func(err error)     // a PDU that the library cannot decode; may be nil
}
