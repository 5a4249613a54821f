package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Numbers of the tree in hlr/enum/testdata.
const (
	enumPorted  = "+491713920001"
	enumStayed  = "+491721234567" // its range is all 262-02's
	enumUntold  = "+491713920003"
	enumBroken  = "+491713920007"
	enumOutside = "+491751234567"
)

// startEnum runs Knot DNS with that tree, on an address of loopback that is all
// the test's own, and returns the provider's URL.
func startEnum(t *testing.T) (url string) {
	t.Helper()
	knotd, err := exec.LookPath("knotd")
	if err != nil {
		knotd = "/usr/sbin/knotd" // the PATH of a plain user lacks it
	}
	if _, err := os.Stat(knotd); err != nil {
		t.Skip("knotd is not installed (.ci/install gets it)")
	}
	dir := t.TempDir()
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	for _, name := range []string{"np.zone", "knot.conf"} {
		text, err := os.ReadFile("../../hlr/enum/testdata/" + name)
		must(t, err)
		filled := strings.NewReplacer("@DIR@", dir, "@LISTEN@", host+"@5399").Replace(string(text))
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(filled), 0o600))
	}
	var out bytes.Buffer
	cmd := exec.Command(knotd, "-c", filepath.Join(dir, "knot.conf"))
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &out, 2*time.Second
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may be gone
		kill := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // how it ended does not matter
		kill.Stop()
		if t.Failed() {
			t.Logf("knotd said:\n%s", out.String())
		}
	})
	eventually(t, "knotd listens", func() bool {
		c, err := new(net.Dialer).DialContext(context.Background(), "tcp", host+":5399")
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return "enum://" + host + ":5399/e164.np.test?spn=mccmnc"
}

// lookup shows what the tree says, and never says "not ported" of a number of
// which the tree does not.
func TestEnumLookup(t *testing.T) {
	t.Parallel()
	url := startEnum(t)
	line := func(number string) string {
		var out string
		eventually(t, "the zone is loaded", func() bool {
			out = wantExit(t, 0, nil, "lookup", "--hlr", url, number)
			return !strings.Contains(out, "REFUSED") && !strings.Contains(out, "SERVFAIL")
		})
		for l := range strings.Lines(out) {
			if f := strings.Fields(l); f[0] == "ported" {
				return strings.Join(f, " ")
			}
		}
		return "not asked"
	}
	for number, want := range map[string]string{
		enumPorted:  "ported yes enum",
		enumStayed:  "ported no enum",
		enumUntold:  "ported unknown enum",
		enumBroken:  "ported unknown enum",
		enumOutside: "not asked",
	} {
		if got := line(number); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s; want %s", number, got, want)
		}
	}
	if got := line(enumBroken); !strings.Contains(got, "regular expression is malformed") {
		t.Errorf("the reason is missing: %s", got)
	}
	wantExit(t, 2, []string{"spn=gsma", "mccmnc"}, "lookup", "--hlr", strings.Replace(url, "mccmnc", "gsma", 1), enumPorted)
	wantExit(t, 2, []string{`"spm"`, "spn and retry"}, "lookup", "--hlr", strings.Replace(url, "spn", "spm", 1), enumPorted)
	wantExit(t, 2, []string{"retry=soon"}, "lookup", "--hlr", url+"&retry=soon", enumPorted)
}

// A tenant whose partner is one network refuses, under policy strict, the
// number that was ported away from it, by its digits alone still that network's,
// and takes those that stayed. The port has no date in ENUM, so PORTED_RECENT
// says nothing of it.
func TestEnumPortedAway(t *testing.T) {
	t.Parallel()
	url := startEnum(t)
	c := newCarrier(t, nil)
	file := configuration{
		tenant: `    networks: [262-02]`, carrier: c.addr,
		rest: "policy: strict\nhlr:\n  budget: 2s\n  providers:\n    - url: " + url + "\n      routing: {D235: 262-03}\n",
	}.write(t, t.TempDir())
	p := startServe(t, file)
	p.await(p.send(enumStayed, "login"), "delivered")
	refused := p.want(422, "unsupported_carrier", "POST", otpPath, object{"to": enumPorted, "purpose": "login"})
	if !strings.Contains(string(refused.body), "CARRIER_UNSUPPORTED") || strings.Contains(string(refused.body), "PORTED_RECENT") {
		t.Errorf("a number ported away: %s", refused.body)
	}
	facts := string(p.want(200, "", "POST", "/v1/numbers/score", object{"to": enumPorted, "purpose": "login"}).body)
	for _, want := range []string{`"ported"`, `"yes"`, `"home_network"`, `"26203"`, `"enum"`} {
		if !strings.Contains(facts, want) {
			t.Errorf("the facts lack %s: %s", want, facts)
		}
	}
	if n := len(c.sightings(enumPorted)); n != 0 {
		t.Errorf("%d messages to a refused number", n)
	}
}
