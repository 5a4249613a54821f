package session

import (
	"net"
	"sync"
	"testing"

	"tollgate/smpp/pdu"
)

// handler is a Handler from a function; it remembers how the session ended.
type handler struct {
	request func(s *Session, h pdu.Header, wire []byte)

	mu     sync.Mutex
	closed []error
}

func (h *handler) Request(s *Session, hd pdu.Header, wire []byte) { h.request(s, hd, wire) }

func (h *handler) Closed(_ *Session, err error) {
	h.mu.Lock()
	h.closed = append(h.closed, err)
	h.mu.Unlock()
}

// echo answers every request at once with an empty response.
func echo(s *Session, h pdu.Header, _ []byte) {
	if resp := pdu.New(h.ID | responseBit); resp != nil {
		_ = s.Respond(h, resp, 0)
	}
}

// ignore answers nothing.
func ignore(*Session, pdu.Header, []byte) {}

func accept(*Session, Mode, *pdu.Bind) pdu.Status { return 0 }

// pair is both sides of one bind.
type pair struct {
	esme, smsc   *Session
	esmeH, smscH *handler
}

// connect binds a transceiver over conns whose octets go nowhere else.
func connect(t testing.TB, a, b net.Conn, esme, smsc Config, onESME, onSMSC func(*Session, pdu.Header, []byte)) pair {
	t.Helper()
	p := pair{esmeH: &handler{request: onESME}, smscH: &handler{request: onSMSC}}
	if smsc.Accept == nil {
		smsc.Accept = accept
	}
	p.smsc = New(b, smsc, p.smscH)
	p.esme = New(a, esme, p.esmeH)
	if _, err := p.esme.Bind(t.Context(), Transceiver, pdu.Bind{SystemID: "esme", Password: "secret"}); err != nil {
		t.Fatalf("bind: %v", err)
	}
	return p
}

// piped is connect over an in-memory pipe, for use inside synctest.
func piped(t *testing.T, esme, smsc Config, onESME, onSMSC func(*Session, pdu.Header, []byte)) pair {
	t.Helper()
	a, b := net.Pipe()
	return connect(t, a, b, esme, smsc, onESME, onSMSC)
}

func (p pair) close() {
	p.esme.Close()
	p.smsc.Close()
	<-p.esme.Done()
	<-p.smsc.Done()
}

// tcpConns is two ends of a loopback connection.
func tcpConns(t testing.TB) (client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// outcomes collects what a Completer is told.
type outcomes struct {
	mu  sync.Mutex
	got []Outcome
}

func (o *outcomes) Complete(x Outcome) {
	o.mu.Lock()
	x.Body = nil
	o.got = append(o.got, x)
	o.mu.Unlock()
}

func (o *outcomes) all() []Outcome {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Outcome(nil), o.got...)
}

func sms() *pdu.SubmitSM {
	return &pdu.SubmitSM{
		Source: pdu.Address{TON: 5, Addr: "Tollgate"}, Dest: pdu.Address{TON: 1, NPI: 1, Addr: "491701234567"},
		RegisteredDelivery: 1, ShortMessage: []byte("123456 is your code"),
	}
}
