package gosmpp

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// smsc is an SMSC on loopback, made of our own sessions.
type smsc struct {
	addr    string
	request func(s *session.Session, h pdu.Header, wire []byte)
	accept  pdu.Status

	mu       sync.Mutex
	sessions []*session.Session
	ended    []error
}

func (k *smsc) Request(s *session.Session, h pdu.Header, wire []byte) { k.request(s, h, wire) }

func (k *smsc) Closed(_ *session.Session, err error) {
	k.mu.Lock()
	k.ended = append(k.ended, err)
	k.mu.Unlock()
}

func listen(t testing.TB, k *smsc) *smsc {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k.addr = l.Addr().String()
	t.Cleanup(func() {
		l.Close()
		k.mu.Lock()
		sessions := k.sessions
		k.mu.Unlock()
		for _, s := range sessions {
			s.Close()
			<-s.Done()
		}
	})
	cfg := session.Config{Accept: func(*session.Session, session.Mode, *pdu.Bind) pdu.Status { return k.accept }}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			k.mu.Lock()
			k.sessions = append(k.sessions, session.New(conn, cfg, k))
			k.mu.Unlock()
		}
	}()
	return k
}

func (k *smsc) session() *session.Session {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sessions[0]
}

// open binds to k with limits short enough for a test.
func open(t testing.TB, k *smsc, change func(*Config)) *Link {
	t.Helper()
	cfg := Config{
		Addr: k.addr, Mode: session.Transceiver, Bind: pdu.Bind{SystemID: "esme", Password: "secret", InterfaceVersion: pdu.Version34},
		Window: 100, MaxUnacked: 10, Busy: pdu.ESME_RTHROTTLED, EnquireInterval: time.Minute, ResponseTimeout: 10 * time.Second,
		WriteTimeout: 5 * time.Second, DrainTimeout: 2 * time.Second,
		Deliver: func(*pdu.DeliverSM, func(pdu.Status)) {},
	}
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l, err := Dial(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		<-l.Done()
	})
	return l
}

func sms() *pdu.SubmitSM {
	return &pdu.SubmitSM{
		ServiceType: "CMT", Source: pdu.Address{TON: 5, Addr: "Tollgate"}, Dest: pdu.Address{TON: 1, NPI: 1, Addr: "491701234567"},
		ESMClass: pdu.ESMClassUDHI, ValidityPeriod: "000000000130000R", RegisteredDelivery: 1, DataCoding: 8,
		ShortMessage: []byte{5, 0, 3, 7, 2, 1, 0, 'h', 0, 'i'}, TLVs: pdu.TLVs{pdu.Uint16TLV(pdu.TagUserMessageReference, 77)},
	}
}

// send submits and returns where the outcome will come; its body is kept.
func send(t testing.TB, l *Link, p *pdu.SubmitSM) <-chan session.Outcome {
	t.Helper()
	c := make(chan session.Outcome, 2)
	err := l.Submit(p, session.CompleterFunc(func(o session.Outcome) { c <- o }))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSubmitSMArrivesWhole: what the library encodes is what was given to it.
func TestSubmitSMArrivesWhole(t *testing.T) {
	got := make(chan *pdu.SubmitSM, 1)
	k := listen(t, &smsc{request: func(s *session.Session, h pdu.Header, wire []byte) {
		p := new(pdu.SubmitSM)
		if err := p.Decode(wire[pdu.HeaderLen:]); err != nil {
			t.Errorf("decode: %v", err)
		}
		got <- p.Clone()
		_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "812FC7470000001B"}, 0)
	}})
	l := open(t, k, nil)
	want := sms()
	o := <-send(t, l, want)
	if id, err := pdu.DecodeSubmitSMResp(o.Body); o.Err != nil || string(id) != "812FC7470000001B" || err != nil {
		t.Errorf("outcome %v, id %q", o.Err, id)
	}
	a, _ := pdu.Append(nil, want, 0, 1)
	b, _ := pdu.Append(nil, <-got, 0, 1)
	if string(a) != string(b) {
		t.Errorf("arrived %x\nwant    %x", b, a)
	}
}

func TestRefusals(t *testing.T) {
	k := listen(t, &smsc{request: func(s *session.Session, h pdu.Header, _ []byte) { _ = s.Refuse(h, pdu.ESME_RTHROTTLED) }})
	l := open(t, k, nil)
	if o := <-send(t, l, sms()); o.Err != nil || o.Header.Status != pdu.ESME_RTHROTTLED || o.Header.ID != pdu.SubmitSMRespID {
		t.Errorf("outcome %+v", o)
	}
	k = listen(t, &smsc{accept: pdu.ESME_RINVPASWD})
	_, err := Dial(t.Context(), Config{Addr: k.addr, Mode: session.Receiver})
	var refused *session.BindError
	if !errors.As(err, &refused) || refused.Status != pdu.ESME_RINVPASWD {
		t.Errorf("Dial = %v, want the refusal", err)
	}
}

func TestTimeoutAndLoss(t *testing.T) {
	stray := make(chan struct{}, 1)
	asked := make(chan pdu.Header, 10)
	k := listen(t, &smsc{request: func(_ *session.Session, h pdu.Header, _ []byte) { asked <- h }})
	l := open(t, k, func(c *Config) {
		c.ResponseTimeout, c.Window = 200*time.Millisecond, 3
		c.Stray = func() { stray <- struct{}{} }
	})
	if o := <-send(t, l, sms()); !errors.Is(o.Err, session.ErrTimeout) {
		t.Errorf("outcome %v, want a time-out", o.Err)
	}
	_ = k.session().Respond(<-asked, &pdu.SubmitSMResp{}, 0)
	<-stray

	l = open(t, k, func(c *Config) { c.Window = 3 })
	pending := []<-chan session.Outcome{send(t, l, sms()), send(t, l, sms()), send(t, l, sms())}
	if err := l.Submit(sms(), nil); err != session.ErrWindowFull {
		t.Errorf("one more than the window: %v", err)
	}
	for range pending {
		<-asked
	}
	l.Close()
	<-l.Done()
	for i, c := range pending {
		if o := <-c; !errors.Is(o.Err, session.ErrLost) || len(c) > 0 {
			t.Errorf("request %d: %v, want ErrLost once", i, o.Err)
		}
	}
	if err := l.Submit(sms(), nil); !errors.Is(err, session.ErrNotBound) {
		t.Errorf("after the end: %v", err)
	}
}

func TestDeliverIsAnsweredWhenAcknowledged(t *testing.T) {
	k := listen(t, &smsc{request: func(*session.Session, pdu.Header, []byte) {}})
	acks, got := make(chan func(pdu.Status), 1), make(chan *pdu.DeliverSM, 1)
	open(t, k, func(c *Config) {
		c.Deliver = func(d *pdu.DeliverSM, ack func(pdu.Status)) {
			got <- d.Clone()
			acks <- ack
		}
	})
	want := pdu.DeliverSM(*sms())
	want.ValidityPeriod = "" // unused in deliver_sm
	answers := make(chan session.Outcome, 1)
	if err := k.session().Submit(&want, session.CompleterFunc(func(o session.Outcome) { answers <- o })); err != nil {
		t.Fatal(err)
	}
	a, _ := pdu.Append(nil, &want, 0, 1)
	b, _ := pdu.Append(nil, <-got, 0, 1)
	if string(a) != string(b) {
		t.Errorf("arrived %x\nwant    %x", b, a)
	}
	ack := <-acks
	if st := k.session().Stats(); st.Window != 1 {
		t.Errorf("%d deliver_sm without an answer, want it waiting", st.Window)
	}
	ack(pdu.ESME_ROK)
	if o := <-answers; o.Header.ID != pdu.DeliverSMRespID || o.Header.Status != 0 {
		t.Errorf("answered %+v", o.Header)
	}
}

// TestUndecodableIsDropped: data_sm, which the library cannot decode, does not
// end the link.
func TestUndecodableIsDropped(t *testing.T) {
	k := listen(t, &smsc{request: func(s *session.Session, h pdu.Header, _ []byte) {
		_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "1"}, 0)
	}})
	dropped := make(chan error, 1)
	l := open(t, k, func(c *Config) { c.Dropped = func(err error) { dropped <- err } })
	if err := k.session().Submit(&pdu.DataSM{}, session.CompleterFunc(func(session.Outcome) {})); err != nil {
		t.Fatal(err)
	}
	if err := <-dropped; err == nil {
		t.Error("nothing was told of the data_sm")
	}
	if o := <-send(t, l, sms()); o.Err != nil {
		t.Errorf("submit after it: %v", o.Err)
	}
}

func TestEnquireLinkAndUnbind(t *testing.T) {
	k := listen(t, &smsc{request: func(*session.Session, pdu.Header, []byte) {}})
	rtt := make(chan time.Duration, 100)
	l := open(t, k, func(c *Config) {
		c.EnquireInterval = 50 * time.Millisecond
		c.RTT = func(d time.Duration) { rtt <- d }
	})
	<-rtt
	<-rtt
	if err := l.Unbind(t.Context()); err != nil {
		t.Errorf("Unbind = %v", err)
	}
	<-k.session().Done()
	if err := k.session().Err(); !errors.Is(err, session.ErrPeerUnbound) {
		t.Errorf("SMSC ended with %v", err)
	}

	l = open(t, listen(t, &smsc{}), nil)
	go l.Close()
	<-l.Done()
}

func TestSMSCUnbinds(t *testing.T) {
	k := listen(t, &smsc{request: func(*session.Session, pdu.Header, []byte) {}})
	l := open(t, k, nil)
	if err := k.session().Unbind(t.Context()); err != nil {
		t.Errorf("SMSC Unbind = %v", err)
	}
	<-l.Done()
	if err := l.Err(); !errors.Is(err, session.ErrPeerUnbound) {
		t.Errorf("ended with %v, want ErrPeerUnbound", err)
	}
}

// TestSilentPeer: a peer that stops answering ends the link.
func TestSilentPeer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		h, _, _ := pdu.NewReader(c, 0).Next()
		b, _ := pdu.Append(nil, &pdu.BindTransceiverResp{}, 0, h.Sequence)
		_, _ = c.Write(b)
	}()
	link := open(t, &smsc{addr: l.Addr().String()}, func(c *Config) {
		c.EnquireInterval, c.ResponseTimeout = 50*time.Millisecond, 200*time.Millisecond
	})
	<-link.Done()
	if err := link.Err(); !errors.Is(err, session.ErrPeerSilent) {
		t.Errorf("ended with %v, want ErrPeerSilent", err)
	}
}
