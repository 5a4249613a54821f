package interop

import (
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// goClient is an ESME over one of the Go libraries.
type goClient struct {
	// submit sends a text, in parts if it must, with receipts asked for. It returns the
	// ids that the responses had, of the last part at least.
	submit   func(t *testing.T, text string, ucs2 bool) []string
	receipts chan string // texts of the deliver_sm that the library hands out
	close    func()
}

// testGoClient plays texts of every coding and their receipts, keep-alive by the
// simulator, and the client's farewell.
func testGoClient(t *testing.T, connect func(t *testing.T, addr string) *goClient, unbinds bool) {
	s := startSimulator(t, &smsc.Profile{EnquireEvery: 200 * time.Millisecond})
	c := connect(t, s.host+":"+s.port)
	for i, text := range []string{gsmText, ucs2Text, longText, strings.Repeat("Код 123456 – ещё. ", 8)} {
		before := s.Stats().Accepted
		ids := c.submit(t, text, i%2 == 1)
		got := within(t, "the message", s.messages)
		if got.Text != text || got.From != "Tollgate" || got.To != "+"+handset {
			t.Errorf("the handset %q shows %q from %q, want %q", got.To, got.Text, got.From, text)
		}
		parts := s.Stats().Accepted - before
		if more := len([]rune(text)) > 70; (parts > 1) != more {
			t.Errorf("%q came in %d parts", text, parts)
		}
		confirmed := map[string]bool{}
		for range parts {
			r := within(t, "a receipt", c.receipts)
			id, _, _ := strings.Cut(strings.TrimPrefix(r, "id:"), " ")
			confirmed[id] = strings.Contains(r, " stat:DELIVRD ")
		}
		for _, id := range ids {
			if !confirmed[id] {
				t.Errorf("no receipt for %s in %v", id, confirmed)
			}
		}
	}
	eventually(t, "the client answers enquire_link", func() bool { return s.saw(t, false, pdu.EnquireLinkRespID) })
	eventually(t, "the client answered every receipt", func() bool { return s.Stats().ReceiptsAcked == s.Stats().ReceiptsSent })
	c.close()
	eventually(t, "the client leaves", func() bool { return s.Stats().Connections == 0 })
	if s.saw(t, false, pdu.UnbindID) != unbinds {
		t.Errorf("unbind passed: %v", !unbinds)
	}
	if st := s.Stats(); st.Refused != 0 || st.StrayResponses != 0 || st.Redelivered != 0 {
		t.Errorf("the simulator counts %+v", st)
	}
	s.judge(t, nil)
}
