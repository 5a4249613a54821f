package osmotest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

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

// mover lets the handset of the fake BSC move: it looks for a file that names
// the new area and cell, when no connection is open: half a second of silence.
const mover = `
import os
def move():
    try: place=open('move').read().split()
    except OSError: return
    if len(place)<2: return
    os.remove('move'); sys.argv[2:4]=place
    lu(imsi,int(place[0]),int(place[1]),0x000900)
    print('MOVED',flush=True)
`

// MSC is a running osmo-msc with a radio side and one handset.
type MSC struct {
	VTY   string // its command line
	SMPP  string // system_id tollgate, password secret
	t     testing.TB
	dir   string
	radio *process
	moves int
}

// StartMSC runs an osmo-msc beside an HLR that knows the IMSI, with a handset
// that has attached in an area and cell. It needs the fake BSC that lies beside
// the repository.
func StartMSC(t testing.TB, h *HLR, imsi string, lac, cell int) *MSC {
	t.Helper()
	program, gcc, python := need(t, "osmo-msc"), need(t, "gcc"), need(t, "python3")
	peers := findPeers(t)
	m := &MSC{VTY: net.JoinHostPort(h.Host, "4254"), SMPP: net.JoinHostPort(h.Host, "2875"), t: t, dir: t.TempDir()}
	shim := filepath.Join(m.dir, "sctp_over_tcp.so")
	if out, err := exec.Command(gcc, "-shared", "-fPIC", "-o", shim, filepath.Join(peers, "sctp_over_tcp.c"), "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("compiling the SCTP shim: %v\n%s", err, out)
	}
	conf, script := filepath.Join(m.dir, "msc.cfg"), filepath.Join(m.dir, "fake_bsc.py")
	if err := os.WriteFile(conf, fmt.Appendf(nil, mscConf, h.Host), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(script, []byte(fakeBSC(t, peers, h.Host)), 0o600); err != nil {
		t.Fatal(err)
	}
	radio := exec.Command(python, script, imsi, fmt.Sprint(lac), fmt.Sprint(cell))
	radio.Dir = m.dir
	m.radio = start(t, radio)
	m.radio.says(t, "listening", 1)
	cmd := exec.Command(program, "-c", conf)
	cmd.Dir, cmd.Env = m.dir, append(os.Environ(), "LD_PRELOAD="+shim)
	start(t, cmd)
	listening(t, m.SMPP)
	m.radio.says(t, "READY", 1)
	return m
}

// findPeers is the folder of the fake BSC and the shim, beside the repository.
func findPeers(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		peers := filepath.Join(dir, "shared", "peers", "osmo")
		if _, err := os.Stat(filepath.Join(peers, "fake_bsc.py")); err == nil {
			return peers
		}
	}
	t.Skip("the fake BSC and the SCTP shim for osmo-msc are not there: shared/peers/osmo beside the repository")
	return ""
}

// fakeBSC is the script with our address in it, and a handset that can move.
func fakeBSC(t testing.TB, peers, host string) string {
	text, err := os.ReadFile(filepath.Join(peers, "fake_bsc.py"))
	if err != nil {
		t.Fatal(err)
	}
	script := string(text)
	for _, change := range [][2]string{
		{"('127.0.0.1',2905)", "('" + host + "',2905)"},
		{"print('READY',flush=True)", mover + "print('READY',flush=True)"},
		{"    if not r or r[0]!=0xfd: continue\n    d=r[1]\n    if d[0]==9", "    if not r: move()\n    if not r or r[0]!=0xfd: continue\n    d=r[1]\n    if d[0]==9"},
	} {
		if strings.Count(script, change[0]) != 1 {
			t.Fatalf("fake_bsc.py no longer says %q once: adapt osmotest", change[0])
		}
		script = strings.Replace(script, change[0], change[1], 1)
	}
	return script
}

// Move has the handset do a location update in another area and cell.
func (m *MSC) Move(lac, cell int) {
	m.t.Helper()
	part := filepath.Join(m.dir, "move.part")
	if err := os.WriteFile(part, fmt.Appendf(nil, "%d %d\n", lac, cell), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(part, filepath.Join(m.dir, "move")); err != nil {
		m.t.Fatal(err)
	}
	m.moves++
	m.radio.says(m.t, "MOVED", m.moves)
	m.radio.says(m.t, "LU ACCEPT", 1+m.moves)
}

// Received is how many short messages the handset has been handed.
func (m *MSC) Received() int { return strings.Count(m.radio.output(), "RP-DATA") }
