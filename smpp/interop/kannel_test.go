package interop

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// kannelConf is bearerbox and smsbox with one SMPP carrier. msg-id-type 0x01: ids
// are hexadecimal in submit_sm_resp and decimal in receipts.
const kannelConf = `group = core
admin-port = 13000
admin-interface = "%[2]s"
admin-password = bar
smsbox-port = 13001
smsbox-interface = "%[2]s"
log-level = 1
store-type = spool
store-location = "%[1]s/store"
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"

group = smsc
smsc = smpp
smsc-id = A
host = 127.0.0.1
port = %[3]s
transceiver-mode = true
system-type = ""
address-range = ""
smsc-username = "foo"
smsc-password = "bar"
max-pending-submits = 100
msg-id-type = 0x01
enquire-link-interval = 1

group = smsbox
bearerbox-host = %[2]s
bearerbox-port = 13001
sendsms-port = 13013
sendsms-interface = "%[2]s"
mo-recode = true

group = sendsms-user
username = u
password = p
concatenation = true
max-messages = 10

group = sms-service
keyword = default
omit-empty = true
max-messages = 0
get-url = "%[4]s/mo?from=%%p&to=%%P&text=%%b"
`

// kannel is a running gateway and the HTTP server that it calls back.
type kannel struct {
	bearerbox *process
	send      string             // the address of sendsms
	calls     chan *http.Request // of dlr-url and get-url
	server    *httptest.Server
}

func startKannel(t *testing.T, smscPort string) *kannel {
	t.Helper()
	bearerbox, smsbox := need(t, "bearerbox"), need(t, "smsbox")
	k := &kannel{calls: make(chan *http.Request, 100)}
	k.server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { k.calls <- r }))
	t.Cleanup(k.server.Close)
	dir, ip := t.TempDir(), ownAddress()
	if err := os.Mkdir(filepath.Join(dir, "store"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := write(t, dir, "kannel.conf", fmt.Sprintf(kannelConf, dir, ip, smscPort, k.server.URL))
	k.bearerbox = start(t, exec.Command(bearerbox, "-v", "1", conf))
	listening(t, net.JoinHostPort(ip, "13001"))
	start(t, exec.Command(smsbox, "-v", "1", conf)).says(t, "Connected to bearerbox")
	addr := net.JoinHostPort(ip, "13013")
	listening(t, addr)
	k.send = "http://" + addr + "/cgi-bin/sendsms"
	return k
}

// sendsms submits a text by HTTP and asks for every delivery report.
func (k *kannel) sendsms(t *testing.T, to, text, coding string) {
	t.Helper()
	q := url.Values{
		"username": {"u"}, "password": {"p"}, "from": {"Tollgate"}, "to": {to}, "charset": {"UTF-8"}, "coding": {coding},
		"text": {text}, "dlr-mask": {"31"}, "dlr-url": {k.server.URL + "/dlr?to=" + to + "&type=%d&id=%F&reply=%A"},
	}
	resp, err := http.Get(k.send + "?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("sendsms answers %s", resp.Status)
	}
}

// delivered waits for the reports on a message, in either order: the SMSC took it
// (type 8), and the handset has it (type 1). There is one of each for a whole
// message: Kannel wants a receipt of the last part alone.
func (k *kannel) delivered(t *testing.T, to string) {
	t.Helper()
	reports := map[string]string{}
	for range 2 {
		r := within(t, "a delivery report of Kannel", k.calls).URL
		q := r.Query()
		if r.Path != "/dlr" || q.Get("to") != to {
			t.Errorf("Kannel calls %v", r)
		}
		reports[q.Get("type")] = q.Get("id")
	}
	const delivered, accepted = "1", "8"
	if id, ok := reports[delivered]; !ok || id == "" || reports[accepted] != id {
		t.Fatalf("Kannel reports by type %v", reports)
	}
}

// TestKannelTLV: receipts that say everything in optional parameters and have no
// text.
func TestKannelTLV(t *testing.T) {
	t.Parallel()
	s := startSimulator(t, &smsc.Profile{MessageID: smsc.IDHex, ReceiptID: smsc.IDDecimal, ReceiptForm: "tlv"})
	k := startKannel(t, s.port)
	eventually(t, "Kannel binds", func() bool { return s.Stats().Bound == 1 })
	k.sendsms(t, "4915112345678", gsmText, "0")
	k.delivered(t, "4915112345678")
	s.judge(t, nil)
}

// TestKannel: HTTP to Kannel, submit_sm to the simulator, the receipt back, and
// the report by HTTP, for texts of every coding; a message from a handset; keep-alive
// both ways; and its farewell.
func TestKannel(t *testing.T) {
	t.Parallel()
	s := startSimulator(t, &smsc.Profile{
		MessageID: smsc.IDHex, ReceiptID: smsc.IDDecimal, FirstID: 0xABCDEF0, EnquireEvery: 400 * time.Millisecond,
	})
	k := startKannel(t, s.port)
	eventually(t, "Kannel binds", func() bool { return s.Stats().Bound == 1 })

	const gsm, ucs2 = "0", "2"
	for _, m := range []struct {
		text, coding string
		parts        int
	}{
		{"Your code is 123456", gsm, 1},
		{"Grüße @ 5€ {ok} ÆØ", gsm, 1},
		{"Код 123456 😀", ucs2, 1},
		{strings.Repeat("Your code is 123456. Grüße! ", 11), gsm, 3},
		{strings.Repeat("Код 123456 – 😀. ", 9), ucs2, 3},
	} {
		before := s.Stats().Accepted
		k.sendsms(t, "4915112345678", m.text, m.coding)
		got := within(t, "the message", s.messages)
		if parts := int(s.Stats().Accepted - before); got.Text != m.text || parts != m.parts || got.From != "Tollgate" {
			t.Errorf("the handset shows %q from %q in %d parts, want %q in %d", got.Text, got.From, parts, m.text, m.parts)
		}
		k.delivered(t, "4915112345678")
	}

	for _, text := range []string{"Stop: größer", strings.Repeat("Stop: größer @ 5€. ", 12)} {
		if err := s.SendMO("foo", "+4915112345678", "12345", text); err != nil {
			t.Fatal(err)
		}
		mo := within(t, "the message from the handset", k.calls).URL
		if q := mo.Query(); mo.Path != "/mo" || q.Get("text") != text || q.Get("from") != "+4915112345678" || q.Get("to") != "12345" {
			t.Errorf("Kannel calls %v", mo)
		}
	}
	eventually(t, "enquire_link passes both ways", func() bool {
		return s.saw(t, true, pdu.EnquireLinkID) && s.saw(t, false, pdu.EnquireLinkRespID) &&
			s.saw(t, false, pdu.EnquireLinkID) && s.saw(t, true, pdu.EnquireLinkRespID)
	})
	k.bearerbox.stop()
	eventually(t, "Kannel leaves", func() bool { return s.Stats().Connections == 0 })
	if !s.saw(t, false, pdu.UnbindID) || !s.saw(t, true, pdu.UnbindRespID) {
		t.Error("Kannel left without unbind")
	}
	if st := s.Stats(); st.ReceiptsAcked != 8 || st.Refused != 0 || st.StrayResponses != 0 {
		t.Errorf("the simulator counts %+v", st)
	}
	s.judge(t, nil)
}
