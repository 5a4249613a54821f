package main

import (
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// With its carrier down the gateway serves, accepts and says so; when the
// carrier comes, everything is delivered.
func TestCarrierDownAtStart(t *testing.T) {
	t.Parallel()
	addr := deadAddr(t)
	p := startServe(t, configuration{carrier: addr}.write(t, t.TempDir()))
	id := p.send("+4915112345678", "login")
	if v := p.view(id); v.Status != "queued" || v.Delivery != "queued" || v.Challenge != "pending" {
		t.Errorf("without a carrier the message is %+v", v)
	}
	p.wantCarrier("connection refused")
	if p.metric(`tollgate_bind_up{carrier="test",link="0"}`) != 0 || p.metric(`tollgate_queue_depth{carrier="test"}`) != 1 {
		t.Error("the metrics do not show a queue behind a carrier that is down")
	}
	c := listenCarrier(t, addr, nil)
	p.await(id, "delivered")
	if n := len(c.sightings("+4915112345678")); n != 1 {
		t.Errorf("%d messages at the carrier", n)
	}
	if p.metric(`tollgate_bind_up{carrier="test",link="0"}`) != 1 || p.metric(`tollgate_queue_depth{carrier="test"}`) != 0 {
		t.Error("the metrics do not show the bind, and an empty queue")
	}
	if _, text := p.readyz(); !strings.Contains(text, "ok   carrier test: 1 of 1 links bound") {
		t.Errorf("with the bind up, /readyz says\n%s", text)
	}
}

// wantCarrier waits until /readyz?verbose tells why the carrier is not bound;
// the gateway is ready all the same.
func (p *process) wantCarrier(why string) {
	p.t.Helper()
	p.wait("/readyz to say "+why, func() bool {
		status, text := p.readyz()
		if status != 200 || !strings.HasSuffix(text, "\nready\n") {
			p.t.Fatalf("/readyz answers %d\n%s", status, text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "warn carrier test: 0 of 1 links bound") && strings.Contains(line, why) {
				return true
			}
		}
		return false
	})
}

// A carrier that refuses the bind for now is asked again, with growing waits.
func TestCarrierRefusesTheBind(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, &smsc.Profile{RefuseBind: smsc.RefuseBind{First: 3}})
	began := time.Now()
	p := startServe(t, configuration{carrier: c.addr}.write(t, t.TempDir()))
	id := p.send("+4915112345678", "login")
	p.wantCarrier("ESME_RBINDFAIL")
	p.await(id, "delivered")
	if s := c.Stats(); s.BindsRefused != 3 {
		t.Errorf("%d binds were refused, want 3 and then one that is not", s.BindsRefused)
	}
	// The waits are at least the half of 1, 2 and 4 s.
	if took := time.Since(began); took < 3500*time.Millisecond {
		t.Errorf("three refusals were overcome in %v: no back-off", took)
	}
}

// A wrong password is not tried again at once: that locks accounts.
func TestCarrierKnowsNoSuchPassword(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, &smsc.Profile{Accounts: []smsc.Account{{SystemID: "e2e", Password: "another"}}})
	p := startDev(t, t.TempDir(), "--carrier", c.url(""))
	p.wantCarrier(pdu.ESME_RINVPASWD.String())
	if out := p.out.String(); !strings.Contains(out, "carrier test is not bound yet") || strings.Contains(out, "secret") {
		t.Errorf("the start says %s", out)
	}
	id := p.send("+4915112345678", "login")
	if v := p.view(id); v.Status != "queued" {
		t.Errorf("the message is %s", v.Status)
	}
	time.Sleep(3 * time.Second) // six times the wait after a connection that failed
	if n := c.Stats().BindsRefused; n != 1 {
		t.Errorf("%d binds with a wrong password within seconds", n)
	}
	if code := p.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A carrier that hangs up under way is bound again, and takes what waited.
func TestCarrierComesBack(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, nil)
	p := startDev(t, t.TempDir(), "--policy", "observe", "--carrier", c.url("window=10"))
	p.await(p.send("+4915112345601", "login"), "delivered")
	for i := range 3 {
		c.Drop()
		to := "+491511234561" + string(rune('0'+i))
		p.await(p.send(to, "login"), "delivered")
	}
	if s := c.Stats(); s.Binds < 4 {
		t.Errorf("%d binds over three losses", s.Binds)
	}
}
