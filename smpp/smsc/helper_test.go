package smsc

import (
	"net"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
)

// pipes is a listener of in-memory connections, so that tests run on the fake
// clock of synctest.
type pipes struct {
	conns chan net.Conn
	gone  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), gone: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.gone:
	default:
		close(p.gone)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// rig is a server of one profile on the fake clock.
type rig struct {
	*Server
	t *testing.T
	l *pipes
}

// play runs f against a server of the profile.
func play(t *testing.T, p *Profile, opts Options, f func(r *rig)) {
	t.Helper()
	if errs := p.Validate(); errs != nil {
		t.Fatalf("the profile is invalid: %v", errs)
	}
	synctest.Test(t, func(t *testing.T) {
		r := &rig{Server: New(p, opts), t: t, l: newPipes()}
		served := make(chan error, 1)
		go func() { served <- r.Serve(r.l) }()
		defer func() {
			r.Close()
			if err := <-served; err != nil {
				t.Errorf("Serve = %v", err)
			}
		}()
		synctest.Wait() // it serves
		f(r)
	})
}

// got is one PDU that a client received.
type got struct {
	pdu.Header
	body pdu.PDU
	at   time.Time
	wire []byte
}

// client is an ESME made of a socket and nothing else: it answers nothing by
// itself.
type client struct {
	r    *rig
	net  net.Conn
	in   chan got
	err  error // why reading ended, once in is closed
	seq  uint32
	auto bool // answers deliver_sm with ESME_ROK
}

func (r *rig) dial() *client {
	ours, theirs := net.Pipe()
	r.l.conns <- theirs
	c := &client{r: r, net: ours, in: make(chan got, 1<<16)}
	r.t.Cleanup(func() { ours.Close() })
	go c.read()
	return c
}

func (c *client) read() {
	defer close(c.in)
	defer c.net.Close()
	rd := pdu.NewReader(c.net, 0)
	for {
		h, wire, err := rd.Next()
		if err != nil {
			c.err = err
			return
		}
		wire = slices.Clone(wire)
		_, body, _ := pdu.Decode(wire)
		if c.auto && h.ID == pdu.DeliverSMID {
			go c.send(&pdu.DeliverSMResp{}, pdu.ESME_ROK, h.Sequence)
		}
		c.in <- got{h, body, time.Now(), wire}
	}
}

// send writes one PDU.
func (c *client) send(p pdu.PDU, status pdu.Status, seq uint32) {
	b, err := pdu.Append(nil, p, status, seq)
	if err != nil {
		c.r.t.Errorf("encode %v: %v", p.CommandID(), err)
	}
	_, _ = c.net.Write(b) // a closed connection shows when reading
}

// ask sends a request with a sequence_number of its own, and returns that.
func (c *client) ask(p pdu.PDU) uint32 {
	c.seq++
	c.send(p, pdu.ESME_ROK, c.seq)
	return c.seq
}

// next waits for a PDU for at most a fake minute.
func (c *client) next() got {
	c.r.t.Helper()
	select {
	case g, ok := <-c.in:
		if !ok {
			c.r.t.Fatalf("the connection ended: %v", c.err)
		}
		return g
	case <-time.After(time.Minute):
		c.r.t.Fatal("nothing came within a minute")
	}
	panic("unreachable")
}

// expect waits for a PDU of a command.
func (c *client) expect(id pdu.CommandID) got {
	c.r.t.Helper()
	g := c.next()
	if g.ID != id {
		c.r.t.Fatalf("got %v %v, want %v", g.ID, g.Status, id)
	}
	return g
}

// quiet checks that nothing comes for a while.
func (c *client) quiet(d time.Duration) {
	c.r.t.Helper()
	select {
	case g, ok := <-c.in:
		if !ok {
			c.r.t.Fatalf("the connection ended: %v", c.err)
		}
		c.r.t.Fatalf("got %v, want silence", g.ID)
	case <-time.After(d):
	}
}

// ends waits for the server to close the connection.
func (c *client) ends(within time.Duration) {
	c.r.t.Helper()
	deadline := time.After(within)
	for {
		select {
		case _, ok := <-c.in:
			if !ok {
				return
			}
		case <-deadline:
			c.r.t.Fatalf("the connection is still open after %v", within)
		}
	}
}

// bound is a client that bound as a transceiver.
func (r *rig) bound(systemID string) *client {
	r.t.Helper()
	return r.boundAs(&pdu.BindTransceiver{Bind: pdu.Bind{SystemID: systemID, Password: "secret", InterfaceVersion: pdu.Version34}})
}

func (r *rig) boundAs(p pdu.PDU) *client {
	r.t.Helper()
	c := r.dial()
	c.ask(p)
	if g := c.expect(p.CommandID().Response()); g.Status != pdu.ESME_ROK {
		r.t.Fatalf("bind refused: %v", g.Status)
	}
	return c
}

// text is a submit_sm that a strict carrier takes, with a receipt wanted.
func text(to, s string) *pdu.SubmitSM {
	return &pdu.SubmitSM{
		Source:             pdu.Address{TON: pdu.TONAlphanumeric, Addr: "Tollgate"},
		Dest:               pdu.Address{TON: pdu.TONInternational, NPI: pdu.NPIISDN, Addr: to},
		RegisteredDelivery: pdu.RegisteredReceipt, ShortMessage: []byte(s),
	}
}

// submit sends a text and returns the response.
func (c *client) submit(sm *pdu.SubmitSM) got {
	c.r.t.Helper()
	seq := c.ask(sm)
	g := c.expect(pdu.SubmitSMRespID)
	if g.Sequence != seq {
		c.r.t.Fatalf("response to %d, want %d", g.Sequence, seq)
	}
	return g
}

func (g got) messageID() string { return g.body.(*pdu.SubmitSMResp).MessageID }
func (g got) text() string      { return string(g.body.(*pdu.DeliverSM).Message()) }

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
