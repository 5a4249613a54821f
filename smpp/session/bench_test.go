package session

import (
	"sync/atomic"
	"testing"

	"tollgate/smpp/pdu"
)

// sink answers submit_sm as a simulated SMSC would, without remembering anything.
type sink struct {
	resp pdu.SubmitSMResp
}

func (k *sink) Request(s *Session, h pdu.Header, _ []byte) { _ = s.Respond(h, &k.resp, 0) }
func (k *sink) Closed(*Session, error)                     {}

// caller keeps one slot of the window busy: each response sends the next request.
type caller struct {
	s    *Session
	sm   *pdu.SubmitSM
	left *atomic.Int64
	end  chan<- error
}

func (c *caller) Complete(o Outcome) {
	err := o.Err
	if err == nil && c.left.Add(-1) >= 0 {
		if err = c.s.Submit(c.sm, c); err == nil {
			return
		}
	}
	c.end <- err
}

// BenchmarkSubmitWindow100 is one bind on loopback, both sides in this process,
// window 100, callbacks, everything on.
func BenchmarkSubmitWindow100(b *testing.B) {
	const width = 100
	client, server := tcpConns(b)
	smsc := New(server, Config{Accept: accept, Incoming: 2 * width}, &sink{resp: pdu.SubmitSMResp{MessageID: "0123456789"}})
	esme := New(client, Config{Window: width}, &handler{request: ignore})
	if _, err := esme.Bind(b.Context(), Transceiver, pdu.Bind{SystemID: "esme"}); err != nil {
		b.Fatal(err)
	}
	left, end := new(atomic.Int64), make(chan error, width)
	left.Store(int64(b.N) - width)
	b.ReportAllocs()
	b.ResetTimer()
	for range width {
		c := &caller{s: esme, sm: sms(), left: left, end: end}
		if err := esme.Submit(c.sm, c); err != nil {
			b.Fatal(err)
		}
	}
	for range width {
		if err := <-end; err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submit/s")
	esme.Close()
	smsc.Close()
	<-esme.Done()
	<-smsc.Done()
}
