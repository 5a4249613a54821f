package interop

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fiorix/go-smpp/smpp"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutext"
	"github.com/linxGnu/gosmpp"
	"github.com/linxGnu/gosmpp/data"
	foreign "github.com/linxGnu/gosmpp/pdu"
	"github.com/prometheus/client_golang/prometheus"

	"log/slog"

	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

// width is the window of every client that is measured.
const width = 100

const benchText = "123456 is your code"

// acceptor is an SMSC that takes everything: the same for all clients.
type acceptor struct{ resp pdu.SubmitSMResp }

func (a *acceptor) Request(s *session.Session, h pdu.Header, _ []byte) {
	if h.ID == pdu.SubmitSMID {
		_ = s.Respond(h, &a.resp, pdu.ESME_ROK) // a client that has gone is its own affair
	}
}
func (a *acceptor) Closed(*session.Session, error) {}

func acceptAll(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	cfg := session.Config{Incoming: 2 * width, Accept: func(*session.Session, session.Mode, *pdu.Bind) pdu.Status { return pdu.ESME_ROK }}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			session.New(c, cfg, &acceptor{pdu.SubmitSMResp{MessageID: "0123456789"}})
		}
	}()
	return l.Addr().String()
}

// BenchmarkOneBind is submit_sm and its response on one bind on loopback with a
// window of 100, by our session and carrier and by the other libraries of Go,
// against the same SMSC in this process. Ratios between the rows of one run are
// what counts: go test -bench OneBind -count 5 ./smpp/interop
func BenchmarkOneBind(b *testing.B) {
	b.Run("session/callbacks", benchSession)
	b.Run("session/blocking", benchSessionBlocking)
	b.Run("carrier/callbacks", benchCarrier)
	b.Run("gosmpp", benchGosmpp)
	b.Run("go-smpp", benchFiorix)
}

// measured runs f b.N times' worth of messages and reports the rate.
func measured(b *testing.B, f func()) {
	b.ReportAllocs()
	b.ResetTimer()
	f()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submit/s")
}

// inParallel has width goroutines share b.N calls of submit, each of which
// blocks until its response: a window made of goroutines.
func inParallel(b *testing.B, submit func() error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	measured(b, func() {
		var all sync.WaitGroup
		for range width {
			all.Go(func() {
				for left.Add(-1) >= 0 {
					if err := submit(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
	})
}

func bindSession(b *testing.B) *session.Session {
	c, err := net.Dial("tcp", acceptAll(b))
	if err != nil {
		b.Fatal(err)
	}
	s := session.New(c, session.Config{Window: width}, &acceptor{})
	if _, err := s.Bind(b.Context(), session.Transceiver, pdu.Bind{SystemID: "bench"}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close(); <-s.Done() })
	return s
}

func benchSubmitSM() *pdu.SubmitSM {
	return &pdu.SubmitSM{
		Source: pdu.Address{TON: 5, Addr: "Tollgate"}, Dest: pdu.Address{TON: 1, NPI: 1, Addr: handset},
		RegisteredDelivery: 1, ShortMessage: []byte(benchText),
	}
}

// again is one slot of the window: each response sends the next message.
type again struct {
	s    *session.Session
	m    *pdu.SubmitSM
	left *atomic.Int64
	end  chan<- error
}

func (a *again) Complete(o session.Outcome) {
	err := o.Err
	if err == nil && a.left.Add(-1) >= 0 {
		if err = a.s.Submit(a.m, a); err == nil {
			return
		}
	}
	a.end <- err
}

func benchSession(b *testing.B) {
	s, left, end := bindSession(b), new(atomic.Int64), make(chan error, width)
	left.Store(int64(b.N))
	measured(b, func() {
		for range width {
			(&again{s, benchSubmitSM(), left, end}).Complete(session.Outcome{})
		}
		for range width {
			if err := <-end; err != nil {
				b.Error(err)
			}
		}
	})
}

func benchSessionBlocking(b *testing.B) {
	s, m := bindSession(b), benchSubmitSM()
	inParallel(b, func() error {
		_, _, err := s.Call(context.Background(), m)
		return err
	})
}

// quiet takes what a carrier says by itself: nothing here.
type quiet struct{}

func (quiet) Receipt(_ receipt.Receipt, _ string, ack func(pdu.Status)) { ack(pdu.ESME_ROK) }
func (quiet) MO(_ carrier.MO, _ string, ack func(pdu.Status))           { ack(pdu.ESME_ROK) }
func (quiet) LinkState(string, int, bool, error)                        {}

func benchCarrier(b *testing.B) {
	metrics, err := carrier.NewMetrics(prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	c, err := carrier.New(carrier.Config{Name: "bench", Addr: acceptAll(b), SystemID: "bench", Window: width}, quiet{}, metrics, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	c.Start()
	b.Cleanup(func() { c.Close() })
	for !c.Health().Up {
		time.Sleep(time.Millisecond)
	}
	parts, err := coding.Split(benchText, coding.Options{})
	if err != nil {
		b.Fatal(err)
	}
	m := &carrier.Submission{Source: "Tollgate", Dest: "+" + handset, Parts: parts, Expires: time.Now().Add(time.Hour)}
	var left atomic.Int64
	left.Store(int64(b.N))
	end := make(chan struct{}, width)
	var next func(carrier.Result)
	next = func(r carrier.Result) {
		if r.Err != nil || r.Status != pdu.ESME_ROK {
			b.Error(r.Status, r.Err)
		}
		if left.Add(-1) >= 0 {
			slot, err := c.TryReserve(1)
			if err == nil {
				slot.Submit(m, next)
				return
			}
			b.Error(err)
		}
		end <- struct{}{}
	}
	measured(b, func() {
		for range width {
			next(carrier.Result{})
		}
		for range width {
			<-end
		}
	})
}

// benchGosmpp keeps a window of 100 by counting responses, as its users do.
func benchGosmpp(b *testing.B) {
	slots := make(chan struct{}, width)
	s, err := gosmpp.NewSession(
		gosmpp.TRXConnector(gosmpp.NonTLSDialer, gosmpp.Auth{SMSC: acceptAll(b), SystemID: "bench", Password: "bench"}),
		gosmpp.Settings{ReadTimeout: time.Minute, OnPDU: func(p foreign.PDU, _ bool) {
			if _, ok := p.(*foreign.SubmitSMResp); ok {
				<-slots
			}
		}}, -time.Second)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	measured(b, func() {
		for range b.N {
			slots <- struct{}{}
			m, err := gosmppMessage()
			if err == nil {
				err = s.Transceiver().Submit(m)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
		for len(slots) > 0 {
			time.Sleep(10 * time.Microsecond)
		}
	})
}

func gosmppMessage() (*foreign.SubmitSM, error) {
	m := foreign.NewSubmitSM().(*foreign.SubmitSM)
	var err error
	if m.SourceAddr, err = foreign.NewAddressWithTonNpiAddr(5, 0, "Tollgate"); err != nil {
		return nil, err
	}
	if m.DestAddr, err = foreign.NewAddressWithTonNpiAddr(1, 1, handset); err != nil {
		return nil, err
	}
	m.RegisteredDelivery = 1
	return m, m.Message.SetMessageWithEncoding(benchText, data.GSM7BIT)
}

func benchFiorix(b *testing.B) {
	tx := &smpp.Transceiver{Addr: acceptAll(b), User: "bench", Passwd: "bench", WindowSize: width, RespTimeout: time.Minute}
	if s := <-tx.Bind(); s.Status() != smpp.Connected {
		b.Fatal(s.Status(), s.Error())
	}
	b.Cleanup(func() { tx.Close() })
	inParallel(b, func() error {
		_, err := tx.Submit(&smpp.ShortMessage{
			Src: "Tollgate", SourceAddrTON: 5, Dst: handset, DestAddrTON: 1, DestAddrNPI: 1, Text: pdutext.GSM7(benchText),
		})
		return err
	})
}
