package carrier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

// testSMSC is the least SMSC there can be: sessions over pipes, and functions that
// say how it behaves.
type testSMSC struct {
	accept func() pdu.Status
	submit func(s *session.Session, h pdu.Header, sm *pdu.SubmitSM) // answers a submit_sm

	ctx context.Context // of its own unbinds

	mu       sync.Mutex
	down     bool // refuses connections
	sessions []*session.Session
	got      []*pdu.SubmitSM
	at       []time.Time
	dials    []time.Time
}

func newSMSC() *testSMSC {
	k := &testSMSC{accept: func() pdu.Status { return 0 }}
	k.submit = func(s *session.Session, h pdu.Header, sm *pdu.SubmitSM) {
		_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: fmt.Sprintf("id-%d", h.Sequence)}, 0)
	}
	return k
}

// dial is Config.Dial.
func (k *testSMSC) dial(context.Context, string) (net.Conn, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dials = append(k.dials, time.Now())
	if k.down {
		return nil, errors.New("connection refused")
	}
	a, b := net.Pipe()
	k.serve(b)
	return a, nil
}

func (k *testSMSC) serve(conn net.Conn) {
	cfg := session.Config{Accept: func(*session.Session, session.Mode, *pdu.Bind) pdu.Status { return k.accept() }}
	k.sessions = append(k.sessions, session.New(conn, cfg, k))
}

func (k *testSMSC) Request(s *session.Session, h pdu.Header, wire []byte) {
	sm := new(pdu.SubmitSM)
	if err := sm.Decode(wire[pdu.HeaderLen:]); err != nil {
		_ = s.RefuseError(h, err)
		return
	}
	sm = sm.Clone()
	k.mu.Lock()
	k.got, k.at = append(k.got, sm), append(k.at, time.Now())
	submit := k.submit
	k.mu.Unlock()
	submit(s, h, sm)
}

func (k *testSMSC) Closed(*session.Session, error) {}

func (k *testSMSC) set(change func()) {
	k.mu.Lock()
	change()
	k.mu.Unlock()
}

// last is the newest session.
func (k *testSMSC) last() *session.Session {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sessions[len(k.sessions)-1]
}

func (k *testSMSC) received() []*pdu.SubmitSM {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]*pdu.SubmitSM(nil), k.got...)
}

func (k *testSMSC) dialed() []time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]time.Time(nil), k.dials...)
}

// close ends all sessions, so that a synctest bubble can end.
func (k *testSMSC) close() {
	for _, s := range k.sessions {
		s.Close()
		<-s.Done()
	}
}

// heard is a Handler that remembers.
type heard struct {
	mu       sync.Mutex
	receipts []receipt.Receipt
	mos      []MO
	acks     []func(pdu.Status)
	ups      int
	downs    []error
}

func (h *heard) Receipt(r receipt.Receipt, _ string, ack func(pdu.Status)) {
	h.mu.Lock()
	h.receipts, h.acks = append(h.receipts, r), append(h.acks, ack)
	h.mu.Unlock()
}

func (h *heard) MO(m MO, _ string, ack func(pdu.Status)) {
	h.mu.Lock()
	h.mos = append(h.mos, m)
	h.mu.Unlock()
	ack(pdu.ESME_ROK)
}

func (h *heard) LinkState(_ string, _ int, up bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if up {
		h.ups++
	} else {
		h.downs = append(h.downs, err)
	}
}

// world is a carrier over a test SMSC.
type world struct {
	*Carrier
	smsc  *testSMSC
	heard *heard
	reg   *prometheus.Registry
}

// newWorld makes a carrier that is not started; half is its random number.
func newWorld(t testing.TB, cfg Config, smsc *testSMSC) world {
	t.Helper()
	cfg.Name, cfg.Password = "test", "s3cret"
	if cfg.Addr == "" {
		cfg.Addr = "smsc.example:2775"
	}
	if cfg.Dial == nil {
		cfg.Dial = smsc.dial
	}
	cfg.Rand = func() float64 { return 0.5 }
	reg := prometheus.NewPedanticRegistry()
	m, err := NewMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	h := new(heard)
	c, err := New(cfg, h, m, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return world{c, smsc, h, reg}
}

func (w world) end() {
	w.Close()
	w.smsc.close()
}

// send reserves and submits one message and returns where its result will come.
func (w world) send(t testing.TB, m *Submission) <-chan Result {
	t.Helper()
	results := make(chan Result, 2) // room for a wrong second call
	slot, err := w.Reserve(t.Context(), len(m.Parts))
	if err != nil {
		results <- Result{NotSent: true, Err: err}
		return results
	}
	slot.Submit(m, func(r Result) { results <- r })
	return results
}

func message(parts ...string) *Submission {
	m := &Submission{Source: "Tollgate", Dest: "+491701234567"}
	for _, p := range parts {
		m.Parts = append(m.Parts, coding.Part{ShortMessage: []byte(p)})
	}
	return m
}
