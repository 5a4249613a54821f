package interop

import (
	"testing"

	"github.com/fiorix/go-smpp/smpp"
	"github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutext"
)

// TestFiorixClient: an ESME over go-smpp sends through the simulator.
func TestFiorixClient(t *testing.T) {
	t.Parallel()
	testGoClient(t, fiorixClient, true)
}

func fiorixClient(t *testing.T, addr string) *goClient {
	c := &goClient{receipts: make(chan string, 100)}
	tx := &smpp.Transceiver{
		Addr: addr, User: "fiorix", Passwd: "secret", RespTimeout: patience,
		Handler: func(p pdu.Body) {
			if p.Header().ID == pdu.DeliverSMID {
				c.receipts <- p.Fields()[pdufield.ShortMessage].String()
			}
		},
	}
	if s := within(t, "the bind of go-smpp", tx.Bind()); s.Status() != smpp.Connected {
		t.Fatalf("go-smpp: %v, %v", s.Status(), s.Error())
	}
	c.submit = func(t *testing.T, text string, ucs2 bool) []string {
		t.Helper()
		m := &smpp.ShortMessage{
			Src: "Tollgate", SourceAddrTON: 5, Dst: handset, DestAddrTON: 1, DestAddrNPI: 1,
			Register: pdufield.FinalDeliveryReceipt, Text: pdutext.GSM7(text),
		}
		if ucs2 {
			m.Text = pdutext.UCS2(text)
		}
		if len([]rune(text)) <= 70 {
			sent, err := tx.Submit(m)
			if err != nil {
				t.Fatal(err)
			}
			return []string{sent.RespID()}
		}
		if _, err := tx.SubmitLongMsg(m); err != nil {
			t.Fatal(err)
		}
		return []string{m.RespID()}
	}
	c.close = func() { tx.Close() }
	t.Cleanup(c.close)
	return c
}
