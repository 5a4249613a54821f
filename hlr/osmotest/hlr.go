package osmotest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const hlrConf = `log stderr
 logging filter all 1
 logging level set-all notice
line vty
 bind %[1]s
ctrl
 bind %[1]s
hlr
 store-imei
 gsup
  bind ip %[1]s
`

// HLR is a running osmo-hlr.
type HLR struct {
	Host string // its loopback address
	Addr string // of its control interface
	t    testing.TB
	cmd  func() *exec.Cmd
	proc *process

	mu   sync.Mutex
	ctrl net.Conn // for what the tests change
	id   int
}

// StartHLR runs an osmo-hlr without subscribers until the test ends.
func StartHLR(t testing.TB) *HLR {
	t.Helper()
	program := need(t, "osmo-hlr")
	dir, ip := t.TempDir(), ownAddress()
	conf := filepath.Join(dir, "hlr.cfg")
	if err := os.WriteFile(conf, fmt.Appendf(nil, hlrConf, ip), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &HLR{Host: ip, Addr: net.JoinHostPort(ip, "4259"), t: t}
	h.cmd = func() *exec.Cmd { return exec.Command(program, "-c", conf, "-l", filepath.Join(dir, "hlr.db")) }
	h.Start()
	return h
}

// Start runs it, at first or again; its subscribers are in a file.
func (h *HLR) Start() {
	h.t.Helper()
	h.proc = start(h.t, h.cmd())
	listening(h.t, h.Addr)
}

// Stop ends it.
func (h *HLR) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctrl != nil {
		h.ctrl.Close()
		h.ctrl = nil
	}
	h.proc.stop()
}

// Create makes a subscriber, with a number unless it is "".
func (h *HLR) Create(imsi, msisdn string) {
	h.t.Helper()
	h.set("subscriber.create", imsi)
	if msisdn != "" {
		h.Number(imsi, msisdn)
	}
}

// Number gives a subscriber a number, with or without its plus; "" takes it
// away. It returns when the HLR has acknowledged that.
func (h *HLR) Number(imsi, msisdn string) (acknowledged time.Time) {
	h.t.Helper()
	if msisdn = strings.TrimPrefix(msisdn, "+"); msisdn == "" {
		msisdn = "none"
	}
	return h.set("subscriber.by-imsi-"+imsi+".msisdn", msisdn)
}

// set changes a variable over the control interface.
func (h *HLR) set(variable, value string) (acknowledged time.Time) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctrl == nil {
		c, err := net.Dial("tcp", h.Addr)
		if err != nil {
			h.t.Fatal(err)
		}
		h.ctrl = c
		h.t.Cleanup(func() { c.Close() })
	}
	h.id++
	said, err := h.command(fmt.Sprintf("SET %d %s %s", h.id, variable, value))
	acknowledged = time.Now()
	if err != nil || !strings.HasPrefix(said, fmt.Sprintf("SET_REPLY %d ", h.id)) {
		h.t.Fatalf("osmo-hlr, asked to set %s: %q, %v", variable, said, err)
	}
	return acknowledged
}

// command writes one frame and reads the next: length of the text and its
// extension octet, protocol 0xee (IPA OSMO), extension 0 (CTRL).
func (h *HLR) command(text string) (string, error) {
	if err := h.ctrl.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	frame := binary.BigEndian.AppendUint16(nil, uint16(len(text)+1))
	if _, err := h.ctrl.Write(append(append(frame, 0xee, 0), text...)); err != nil {
		return "", err
	}
	var head [3]byte
	if _, err := io.ReadFull(h.ctrl, head[:]); err != nil {
		return "", err
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	_, err := io.ReadFull(h.ctrl, body)
	return string(body[min(1, len(body)):]), err
}
