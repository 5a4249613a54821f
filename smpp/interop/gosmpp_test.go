package interop

import (
	"strings"
	"testing"
	"time"

	"github.com/linxGnu/gosmpp"
	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"tollgate/smpp/smsc"
)

// TestGoSMPPClient: an ESME over gosmpp v0.3.1 sends through the simulator.
func TestGoSMPPClient(t *testing.T) {
	t.Parallel()
	testGoClient(t, gosmppClient, true)
}

// TestGoSMPPOversize: gosmpp counts characters where UTF-16 has pairs, so that its
// segments with emoji are longer than a short message can be. The simulator says
// so, as networks do. (From 256 octets on gosmpp drops most of them silently.)
func TestGoSMPPOversize(t *testing.T) {
	t.Parallel()
	s := startSimulator(t, new(smsc.Profile))
	c := gosmppSession(t, s.host+":"+s.port)
	parts := gosmppParts(t, strings.Repeat(ucs2Text+". ", 9), true)
	if err := c.session.Transceiver().Submit(parts[0]); err != nil {
		t.Fatal(err)
	}
	if r := within(t, "submit_sm_resp", c.responses); r.CommandStatus != data.ESME_RINVMSGLEN {
		t.Errorf("a segment of 67 characters with 4 emoji is answered with status %v", r.CommandStatus)
	}
}

func gosmppClient(t *testing.T, addr string) *goClient {
	g := gosmppSession(t, addr)
	submit := func(t *testing.T, text string, ucs2 bool) (ids []string) {
		t.Helper()
		parts := gosmppParts(t, text, ucs2)
		for _, p := range parts {
			if err := g.session.Transceiver().Submit(p); err != nil {
				t.Fatal(err)
			}
		}
		for range parts {
			r := within(t, "submit_sm_resp", g.responses)
			if r.CommandStatus != data.ESME_ROK {
				t.Errorf("submit_sm_resp has status %v", r.CommandStatus)
			}
			ids = append(ids, r.MessageID)
		}
		return ids
	}
	return &goClient{submit: submit, receipts: g.receipts, close: func() { g.session.Close() }}
}

// gosmppBind is a transceiver of gosmpp and what came over it.
type gosmppBind struct {
	session   *gosmpp.Session
	responses chan *pdu.SubmitSMResp
	receipts  chan string
}

func gosmppSession(t *testing.T, addr string) *gosmppBind {
	t.Helper()
	g := &gosmppBind{responses: make(chan *pdu.SubmitSMResp, 100), receipts: make(chan string, 100)}
	s, err := gosmpp.NewSession(
		gosmpp.TRXConnector(gosmpp.NonTLSDialer, gosmpp.Auth{SMSC: addr, SystemID: "gosmpp", Password: "secret"}),
		gosmpp.Settings{ReadTimeout: patience, OnPDU: g.take}, -time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g.session = s
	return g
}

// take is gosmpp's callback.
func (g *gosmppBind) take(p pdu.PDU, _ bool) {
	switch p := p.(type) {
	case *pdu.SubmitSMResp:
		g.responses <- p
	case *pdu.DeliverSM:
		text, err := p.Message.GetMessage()
		if err != nil {
			text = err.Error()
		}
		g.receipts <- text
	}
}

// gosmppParts has the library cut a text.
func gosmppParts(t *testing.T, text string, ucs2 bool) []*pdu.SubmitSM {
	t.Helper()
	coding := data.GSM7BIT
	if ucs2 {
		coding = data.UCS2
	}
	m := pdu.NewSubmitSM().(*pdu.SubmitSM)
	var err error
	if m.SourceAddr, err = pdu.NewAddressWithTonNpiAddr(5, 0, "Tollgate"); err != nil {
		t.Fatal(err)
	}
	if m.DestAddr, err = pdu.NewAddressWithTonNpiAddr(1, 1, handset); err != nil {
		t.Fatal(err)
	}
	m.RegisteredDelivery = 1
	long, err := pdu.NewLongMessageWithEncoding(text, coding)
	if err != nil {
		t.Fatal(err)
	}
	var parts []*pdu.SubmitSM
	for _, sm := range long {
		p := pdu.NewSubmitSM().(*pdu.SubmitSM)
		p.SourceAddr, p.DestAddr, p.RegisteredDelivery, p.Message = m.SourceAddr, m.DestAddr, m.RegisteredDelivery, *sm
		if len(long) > 1 {
			p.EsmClass = data.SM_UDH_GSM
		}
		parts = append(parts, p)
	}
	return parts
}
