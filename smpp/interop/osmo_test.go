package interop

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// The fake handset and the cell that it is in.
const (
	osmoIMSI = "001010000000001"
	osmoLAC  = "1"
	osmoCell = "1"
)

// hlrConf is osmo-hlr on one loopback address.
const hlrConf = `log stderr
 logging filter all 1
 logging level set-all notice
line vty
 bind %[1]s
ctrl
 bind %[1]s
hlr
 gsup
  bind ip %[1]s
`

// mscConf is osmo-msc on one loopback address, with SIGTRAN to the fake BSC.
const mscConf = `log stderr
 logging filter all 1
 logging level set-all notice
line vty
 bind %[1]s
 no login
ctrl
 bind %[1]s
cs7 instance 0
 point-code 0.23.1
 asp asp0 2905 0 m3ua
  remote-ip %[1]s
 as as0 m3ua
  asp asp0
  routing-key 7 0.23.1
network
 network country code 001
 mobile network code 01
 authentication optional
 encryption a5 0
 mm info 0
msc
 mgw remote-ip %[1]s
 no assign-tmsi
 check-imei-rqd early
 cs7-instance-a 0
hlr
 remote-ip %[1]s
 remote-port 4222
 ipa-name MSC-REAL-1
sgs
 local-ip %[1]s
smpp
 local-tcp-ip %[1]s 2875
 system-id OSMO
 policy closed
 esme tollgate
  password secret
  default-route
`

// startOsmo runs a mobile network of one handset, and returns the address of its
// SMSC and the radio side, which prints what the handset gets. Its ports cannot
// be chosen.
func startOsmo(t *testing.T) (addr string, radio *process) {
	t.Helper()
	hlr, msc, gcc, python := need(t, "osmo-hlr"), need(t, "osmo-msc"), need(t, "gcc"), need(t, "python3")
	peers, err := filepath.Abs("../../../shared/peers/osmo")
	if err != nil {
		t.Fatal(err)
	}
	fakeBSC, err := os.ReadFile(filepath.Join(peers, "fake_bsc.py"))
	if err != nil {
		t.Skip("the fake BSC and the SCTP shim for osmo-msc are not there: ../shared/peers/osmo beside the repository")
	}
	dir := t.TempDir()
	shim := filepath.Join(dir, "sctp_over_tcp.so")
	if out, err := exec.Command(gcc, "-shared", "-fPIC", "-o", shim, filepath.Join(peers, "sctp_over_tcp.c"), "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("compile the SCTP shim: %v\n%s", err, out)
	}
	ip := ownAddress()

	const itsAddress = "('127.0.0.1',2905)"
	if !strings.Contains(string(fakeBSC), itsAddress) {
		t.Fatalf("fake_bsc.py no longer listens on %s: adapt this test", itsAddress)
	}
	script := write(t, dir, "fake_bsc.py", strings.Replace(string(fakeBSC), itsAddress, fmt.Sprintf("('%s',2905)", ip), 1))
	radio = start(t, exec.Command(python, script, osmoIMSI, osmoLAC, osmoCell))
	radio.says(t, "listening")

	start(t, exec.Command(hlr, "-c", write(t, dir, "hlr.cfg", fmt.Sprintf(hlrConf, ip)), "-l", filepath.Join(dir, "hlr.db")))
	subscribe(t, net.JoinHostPort(ip, "4258"))
	cmd := exec.Command(msc, "-c", write(t, dir, "msc.cfg", fmt.Sprintf(mscConf, ip)))
	cmd.Dir = dir // its database of messages
	cmd.Env = append(os.Environ(), "LD_PRELOAD="+shim)
	start(t, cmd)
	addr = net.JoinHostPort(ip, "2875")
	listening(t, addr)
	return addr, radio
}

// subscribe gives the handset its number, over osmo-hlr's command line.
func subscribe(t *testing.T, vty string) {
	t.Helper()
	listening(t, vty)
	c, err := net.Dial("tcp", vty)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{
		"", "enable", "subscriber imsi " + osmoIMSI + " create", "subscriber imsi " + osmoIMSI + " update msisdn " + handset,
	} {
		if command != "" {
			if _, err := io.WriteString(c, command+"\r\n"); err != nil {
				t.Fatal(err)
			}
		}
		said, err := prompt(c)
		if err != nil || strings.Contains(said, "% ") && !strings.Contains(said, osmoIMSI) {
			t.Fatalf("osmo-hlr, asked to %q: %q, %v", command, said, err)
		}
	}
}

// prompt reads to the next prompt of a command line.
func prompt(r io.Reader) (string, error) {
	var said []byte
	for b := make([]byte, 1); ; {
		if _, err := r.Read(b); err != nil {
			return string(said), err
		}
		said = append(said, b[0])
		if s := string(said); strings.HasSuffix(s, "OsmoHLR> ") || strings.HasSuffix(s, "OsmoHLR# ") {
			return s, nil
		}
	}
}

// TestOsmoMSC: a carrier with the profile that we ship sends through a real MSC to a
// fake handset, which shows each text; the receipts name their parts by user_message_reference alone, for
// the MSC gives every message the same id.
func TestOsmoMSC(t *testing.T) {
	t.Parallel()
	addr, radio := startOsmo(t)
	profile, err := carrier.LoadProfile("../../configs/carriers/osmo-msc.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cfg := profile.Config()
	cfg.Addr, cfg.SystemID, cfg.Password, cfg.EnquireInterval = addr, "tollgate", "secret", time.Second
	e := startESME(t, cfg)
	e.link(t, true)
	radio.says(t, "READY")
	open := receipt.NewMatcher[string](cfg.IDMode, 0)
	for i, text := range []string{gsmText, ucs2Text, longText} {
		m := &carrier.Submission{
			Source: "Tollgate", Dest: "+" + handset, Parts: split(t, text, coding.Options{Ref: 7}), UserReference: uint16(0x2FE + i),
			Expires: time.Now().Add(5 * time.Minute),
		}
		r := e.submit(t, m)
		if r.Status != 0 || r.Err != nil {
			t.Fatalf("the result of %q: %+v", text, r)
		}
		for n, id := range r.MessageIDs {
			if id != "msg_id_not_implemented" {
				t.Errorf("osmo-msc gives ids now: %q", id)
			}
			open.Add(receipt.ReferenceID(e.Reference(m.UserReference, n)), handset, fmt.Sprint(text, n))
		}
		for n := range m.Parts {
			got := within(t, "a receipt", e.receipts)
			of, ok := open.Match(receipt.ReferenceID(got.Reference), got.Dest)
			if !ok || of != fmt.Sprint(text, n) || got.State != receipt.Delivered || !got.Final || got.Source != "Tollgate" {
				t.Errorf("receipt %+v for %q, want one for part %d of %q", got, of, n, text)
			}
		}
		if from, shown := lastShown(t, radio.output()); shown != text || from != "Tollgate" {
			t.Errorf("the handset shows %q from %q, want %q", shown, from, text)
		}
	}
	eventually(t, "osmo-msc answers enquire_link", func() bool { return e.saw(t, false, pdu.EnquireLinkRespID) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.Drain(ctx); err != nil {
		t.Errorf("Drain: %v", err)
	}
	if !e.saw(t, false, pdu.UnbindRespID) {
		t.Error("osmo-msc did not answer unbind")
	}
	e.judge(t, nil)
}
