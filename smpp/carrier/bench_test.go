package carrier

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// sink is an SMSC that takes everything.
type sink struct{ resp pdu.SubmitSMResp }

func (k *sink) Request(s *session.Session, h pdu.Header, _ []byte) { _ = s.Respond(h, &k.resp, 0) }
func (k *sink) Closed(*session.Session, error)                     {}

// listenSink is a sink on loopback.
func listenSink(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	cfg := session.Config{Accept: func(*session.Session, session.Mode, *pdu.Bind) pdu.Status { return 0 }}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			session.New(conn, cfg, &sink{pdu.SubmitSMResp{MessageID: "0123456789"}})
		}
	}()
	return l.Addr().String()
}

// benchWorld is a bound carrier over a sink on loopback.
func benchWorld(b *testing.B, driver string, width int) world {
	w := newWorld(b, Config{
		Addr: listenSink(b), Window: width, Driver: driver,
		Dial: func(ctx context.Context, addr string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", addr)
		},
	}, newSMSC())
	w.Start()
	for !w.Health().Up {
		time.Sleep(time.Millisecond)
	}
	return w
}

func benchMessage() *Submission {
	m := message("123456 is your code")
	m.Expires = time.Now().Add(5 * time.Minute)
	return m
}

// callbacks keeps the window full from the results' callbacks.
func callbacks(b *testing.B, driver string) {
	const width = 100
	w := benchWorld(b, driver, width)
	defer w.end()
	m := benchMessage()
	var left, failed atomic.Int64
	left.Store(int64(b.N) - width)
	end := make(chan struct{}, width)
	var send func()
	done := func(r Result) {
		if r.Err != nil || r.Status != 0 {
			failed.Add(1)
		}
		if left.Add(-1) < 0 {
			end <- struct{}{}
			return
		}
		send()
	}
	send = func() {
		slot, err := w.TryReserve(1)
		if err != nil {
			failed.Add(1)
			end <- struct{}{}
			return
		}
		slot.Submit(m, done)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range width {
		send()
	}
	for range width {
		<-end
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submit/s")
	if n := failed.Load(); n > 0 {
		b.Fatalf("%d messages failed", n)
	}
}

// blocking is one goroutine that waits in Reserve.
func blocking(b *testing.B, driver string) {
	const width = 100
	w := benchWorld(b, driver, width)
	defer w.end()
	m := benchMessage()
	var failed atomic.Int64
	done := func(r Result) {
		if r.Err != nil || r.Status != 0 {
			failed.Add(1)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		slot, err := w.Reserve(b.Context(), 1)
		if err != nil {
			b.Fatal(err)
		}
		slot.Submit(m, done)
	}
	for w.Health().WindowUsed > 0 {
		time.Sleep(10 * time.Microsecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submit/s")
	if n := failed.Load(); n > 0 {
		b.Fatalf("%d messages failed", n)
	}
}

// BenchmarkSubmitWindow100 is Reserve, Submit and Result on one link on loopback,
// both sides in this process, everything on.
func BenchmarkSubmitWindow100(b *testing.B) {
	for _, driver := range []string{DriverNative, DriverGoSMPP} {
		b.Run(driver+"/callbacks", func(b *testing.B) { callbacks(b, driver) })
		b.Run(driver+"/blocking", func(b *testing.B) { blocking(b, driver) })
	}
}
