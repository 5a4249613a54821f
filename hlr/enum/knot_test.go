package enum

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// startKnot runs a Knot DNS server of the test's own with the zone in testdata,
// and one number whose answer fits no datagram.
func startKnot(t testing.TB) (addr string) {
	t.Helper()
	knotd := needKnot(t)
	dir := t.TempDir()
	zone, err := os.ReadFile("testdata/np.zone")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		zone = fmt.Appendf(zone, "0.0.0.0.2.9.3.1.7.1 NAPTR 10 %d \"u\" \"E2U+sip\" \"!^.*$!sip:trunk-%d@carrier.example!\" .\n", i, i)
	}
	zone = append(zone, `0.0.0.0.2.9.3.1.7.1 NAPTR 20 1 "u" "E2U+pstn:tel" "!^(.*)$!tel:\\1\;npdi\;rn=+49D23500!" .`+"\n"...)
	// A port that was free a moment ago may be taken by now; on an address of
	// loopback that is all ours it is not.
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	conf, err := os.ReadFile("testdata/knot.conf")
	if err != nil {
		t.Fatal(err)
	}
	conf = bytes.ReplaceAll(bytes.ReplaceAll(conf, []byte("@DIR@"), []byte(dir)), []byte("@LISTEN@"), []byte(host+"@5399"))
	for name, text := range map[string][]byte{"np.zone": zone, "knot.conf": conf} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, exec.Command(knotd, "-c", filepath.Join(dir, "knot.conf")))
	addr = host + ":5399"
	answering(t, addr)
	return addr
}

func needKnot(t testing.TB) string {
	t.Helper()
	for _, p := range []string{"knotd", "/usr/sbin/knotd", "/usr/local/sbin/knotd"} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	t.Skip("knotd is not installed (.ci/install gets it)")
	return ""
}

// run starts a peer and stops it with the test; what it said is shown when the
// test failed.
func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &out, 2*time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may be gone
		kill := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // how it ended does not matter
		kill.Stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), out.String())
		}
	})
}

// answering waits until the server knows its zone.
func answering(t testing.TB, addr string) {
	t.Helper()
	p := provider(t, addr)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		_, err := p.Lookup(ctx, number)
		cancel()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("knotd does not answer at %s: %v", addr, err)
		}
	}
}

func TestKnot(t *testing.T) {
	addr := startKnot(t)
	p := provider(t, addr, func(c *Config) { c.SPNIsPLMN = true })
	for n, c := range map[subscriber.MSISDN]struct {
		ported string
		home   subscriber.PLMN
		err    error
	}{
		"+491713920001": {"ported", "26203", nil},
		"+491713920002": {"not ported", "", nil},
		"+491713920003": {"not told", "", nil},
		"+491713920004": {"ported", "26207", nil}, // its spn: no mapping has its rn
		"+491713920005": {"ported", "26203", nil},
		"+491713920006": {"not told", "", hlr.ErrOtherNumber},
		"+491713920007": {"not told", "", errRule},
		"+491713920008": {"not told", "", errNotTerminal},
		"+491713920009": {"ported", "", nil},
		"+491713920000": {"ported", "26203", nil}, // over TCP
		"+491721234567": {"not ported", "26202", nil},
		"+491730000000": {"not told", "", nil},
		"+491740000000": {"not told", "", errLoop},
		"+491751234567": {"not told", "", hlr.ErrNotCovered},
		"+49171392":     {"not told", "", hlr.ErrNotCovered}, // longer numbers stand below it
		"+431713920001": {"not told", "", errAny},            // knot refuses another zone
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		s, err := p.Lookup(ctx, n)
		cancel()
		if c.err == errAny && err != nil && !errors.Is(err, hlr.ErrNotCovered) {
			c.err = err
		}
		if got := portedOf(s); got != c.ported || s.Home != c.home || !is(err, c.err) {
			t.Errorf("%s: %s, home %q, %v; want %s, home %q, %v", n, got, s.Home, err, c.ported, c.home, c.err)
		}
	}
}

// The answer that fits no datagram does come back cut off: else TestKnot would
// show nothing of TCP.
func TestKnotCutsTheBigAnswer(t *testing.T) {
	addr := startKnot(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	p := provider(t, addr)
	name, err := p.domain("+491713920000")
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.overUDP(ctx, query(name))
	if err != nil || !m.Truncated {
		t.Errorf("%v, %v; want TC", m, err)
	}
}

func BenchmarkKnot(b *testing.B) {
	p := provider(b, startKnot(b))
	b.ReportAllocs()
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if s, err := p.Lookup(ctx, number); err != nil || portedOf(s) != "ported" {
			b.Fatal(s, err)
		}
		cancel()
	}
}
