package onebind

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr/subscriber"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

func bind(ctx context.Context, addr string, window int) (*session.Session, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := session.New(c, session.Config{Window: window}, &acceptor{})
	_, err = s.Bind(ctx, session.Transceiver, pdu.Bind{SystemID: "bench"})
	return s, err
}

func message() *pdu.SubmitSM {
	return &pdu.SubmitSM{
		Source: pdu.Address{TON: 5, Addr: source}, Dest: pdu.Address{TON: 1, NPI: 1, Addr: dest},
		RegisteredDelivery: 1, ShortMessage: []byte(text),
	}
}

// run is one slice of a load from callbacks.
type run struct {
	deadline time.Time
	answered atomic.Int64
	latency  prometheus.Histogram // what a gateway observes of each response
	end      chan error
}

func newRun(deadline time.Time, window int, h prometheus.Histogram) *run {
	return &run{deadline: deadline, latency: h, end: make(chan error, window)}
}

// wait collects the end of every slot.
func (r *run) wait(window int) (int64, error) {
	var first error
	for range window {
		if err := <-r.end; first == nil {
			first = err
		}
	}
	return r.answered.Load(), first
}

// slot is one place of the window: each response sends the next message.
type slot struct {
	s *session.Session
	m *pdu.SubmitSM
	r *run
}

func (k *slot) Complete(o session.Outcome) {
	if o.Err == nil {
		k.r.latency.Observe(o.Latency.Seconds())
		k.r.answered.Add(1)
	}
	if o.Err != nil || !time.Now().Before(k.r.deadline) {
		k.r.end <- o.Err
		return
	}
	if err := k.s.Submit(k.m, k); err != nil {
		k.r.end <- err
	}
}

// openSession is the session by callbacks, with a histogram as the carrier has.
func openSession(ctx context.Context, addr string, window int) (*client, error) {
	s, err := bind(ctx, addr, window)
	if err != nil {
		return nil, err
	}
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "bench", Buckets: prometheus.DefBuckets, NativeHistogramBucketFactor: 1.1})
	return &client{name: "session, callbacks, histogram", close: func() { s.Close() }, load: func(deadline time.Time) (int64, error) {
		r := newRun(deadline, window, h)
		for range window {
			k := &slot{s, message(), r}
			if err := s.Submit(k.m, k); err != nil {
				return 0, err
			}
		}
		return r.wait(window)
	}}, nil
}

// openBlocking is a goroutine for each place of the window.
func openBlocking(ctx context.Context, addr string, window int) (*client, error) {
	s, err := bind(ctx, addr, window)
	if err != nil {
		return nil, err
	}
	m := message()
	return &client{name: "session, blocking", close: func() { s.Close() }, load: func(deadline time.Time) (int64, error) {
		return inParallel(deadline, window, func() error {
			_, _, err := s.Call(ctx, m)
			return err
		})
	}}, nil
}

// inParallel has window goroutines call submit, which waits for its response.
func inParallel(deadline time.Time, window int, submit func() error) (int64, error) {
	var answered atomic.Int64
	var failure atomic.Pointer[error]
	var all sync.WaitGroup
	for range window {
		all.Go(func() {
			for failure.Load() == nil && time.Now().Before(deadline) {
				if err := submit(); err != nil {
					failure.CompareAndSwap(nil, &err)
					return
				}
				answered.Add(1)
			}
		})
	}
	all.Wait()
	if err := failure.Load(); err != nil {
		return 0, *err
	}
	return answered.Load(), nil
}

// quiet takes what a carrier says by itself: nothing here.
type quiet struct{}

func (quiet) Receipt(_ receipt.Receipt, _ string, ack func(pdu.Status)) { ack(pdu.ESME_ROK) }
func (quiet) MO(_ carrier.MO, _ string, ack func(pdu.Status))           { ack(pdu.ESME_ROK) }
func (quiet) LinkState(string, int, bool, error)                        {}

// openCarrier is the whole carrier as the gateway uses it: reservation, rate,
// addresses, validity, retry verdict and all its metrics.
func openCarrier(ctx context.Context, addr string, window int) (*client, error) {
	metrics, err := carrier.NewMetrics(prometheus.NewRegistry())
	if err != nil {
		return nil, err
	}
	c, err := carrier.New(carrier.Config{Name: "bench", Addr: addr, SystemID: "bench", Window: window, FixedWindow: true}, quiet{}, metrics, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	parts, err := coding.Split(text, coding.Options{})
	if err != nil {
		return nil, err
	}
	c.Start()
	for !c.Health().Up && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	m := &carrier.Submission{Source: source, Dest: subscriber.MSISDN("+" + dest), Parts: parts, Expires: time.Now().Add(time.Hour)}
	return &client{name: "carrier, callbacks, all metrics", close: func() { c.Close() }, load: func(deadline time.Time) (int64, error) {
		r := newRun(deadline, window, nil)
		var done func(carrier.Result)
		send := func() {
			k, err := c.TryReserve(1)
			if err != nil {
				r.end <- err
				return
			}
			k.Submit(m, done)
		}
		done = func(res carrier.Result) {
			if res.Err != nil || !time.Now().Before(deadline) {
				r.end <- res.Err
				return
			}
			r.answered.Add(1)
			send()
		}
		for range window {
			send()
		}
		return r.wait(window)
	}}, nil
}
