package main

import (
	"strings"
	"syscall"
	"testing"
)

// SIGHUP takes over tenants and policies, all or nothing, and says what it
// cannot take over.
func TestReload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	down := "127.0.0.1:1" // no carrier is needed
	p := startServe(t, configuration{carrier: down}.write(t, dir))
	voip := object{"to": "+445612345678"}
	hangup := func(c configuration, word string) {
		t.Helper()
		c.write(t, dir)
		before := strings.Count(p.out.String(), word)
		must(t, p.cmd.Process.Signal(syscall.SIGHUP))
		p.wait(word, func() bool { return strings.Count(p.out.String(), word) > before })
	}
	p.want(403, "step_up_required", "POST", otpPath, voip)

	hangup(configuration{carrier: down, rest: "policy: strict\nqueue: {max_messages: 1000}"}, "were reloaded")
	if out := p.out.String(); !strings.Contains(out, "needs a restart") || !strings.Contains(out, "part=queue") {
		t.Errorf("the changed queue is not said to need a restart:\n%s", out)
	}
	p.want(403, "blocked", "POST", otpPath, voip)

	hangup(configuration{carrier: down, rest: "policy: no_such"}, "was not reloaded")
	p.want(403, "blocked", "POST", otpPath, voip)
	if v := p.metric("tollgate_config_reload_success"); v != 0 {
		t.Errorf("tollgate_config_reload_success is %v after a failure", v)
	}
}
