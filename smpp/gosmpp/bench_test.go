package gosmpp

import (
	"sync/atomic"
	"testing"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// caller keeps one slot of the window busy: each response sends the next request.
type caller struct {
	l    *Link
	sm   *pdu.SubmitSM
	left *atomic.Int64
	end  chan<- error
}

func (c *caller) Complete(o session.Outcome) {
	err := o.Err
	if err == nil && c.left.Add(-1) >= 0 {
		if err = c.l.Submit(c.sm, c); err == nil {
			return
		}
	}
	c.end <- err
}

// BenchmarkSubmitWindow100 is one bind on loopback, window 100, callbacks: the
// same as package session's benchmark of this name, over the library.
func BenchmarkSubmitWindow100(b *testing.B) {
	const width = 100
	resp := &pdu.SubmitSMResp{MessageID: "0123456789"}
	k := listen(b, &smsc{request: func(s *session.Session, h pdu.Header, _ []byte) { _ = s.Respond(h, resp, 0) }})
	l := open(b, k, nil)
	left, end := new(atomic.Int64), make(chan error, width)
	left.Store(int64(b.N) - width)
	b.ReportAllocs()
	b.ResetTimer()
	for range width {
		c := &caller{l: l, sm: sms(), left: left, end: end}
		if err := l.Submit(c.sm, c); err != nil {
			b.Fatal(err)
		}
	}
	for range width {
		if err := <-end; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submit/s")
}
