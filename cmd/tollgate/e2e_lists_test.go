package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What an operator lists counts at once, survives a restart, and can be taken
// back.
func TestLists(t *testing.T) {
	t.Parallel()
	const victim = "+4915112345678"
	dir := t.TempDir()
	p := startDev(t, dir)
	p.await(p.send(victim, "login"), "delivered")
	added := wantExit(t, 0, []string{"block", "number=+49151123*", "pumped"}, "lists", "add", "--ops", p.ops, "--reason", "pumped", "--expires", "72h", "number=+49151123*")
	again := wantAgain(t, p, p.send("+4915212345678", "login"))
	if again.Stored.Policy == "" || !again.Same {
		t.Errorf("a stored decision is not made again: %+v", again)
	}
	refused := p.want(403, "blocked", "POST", otpPath, object{"to": victim, "purpose": "login"})
	if !strings.Contains(string(refused.body), "LISTED_BLOCKED") {
		t.Errorf("%s", refused.body)
	}
	var problem struct {
		SendID string `json:"send_id"`
	}
	must(t, json.Unmarshal([]byte(refused.body), &problem))
	p.send("+4915212345679", "login") // once this is on disk, the refused one is
	p.kill()
	p = startDev(t, dir)
	if again := wantAgain(t, p, problem.SendID); again.Stored.Policy == "" || !again.Same {
		t.Errorf("a refused send is not decided the same again: %+v", again)
	}
	view := p.want(200, "", "GET", "/v1/otp/"+problem.SendID, nil)
	for _, want := range []string{`"status":"rejected"`, `"reason":"blocked"`, `"decision":"block"`, `"LISTED_BLOCKED"`, victim, `"created_at"`} {
		if !strings.Contains(string(view.body), want) {
			t.Errorf("%s is not in %s", want, view.body)
		}
	}
	p.want(403, "blocked", "POST", otpPath, object{"to": victim, "purpose": "login"})
	id := strings.Fields(added)[0]
	wantExit(t, 0, []string{id}, "lists", "show", "--ops", p.ops)
	wantExit(t, 0, nil, "lists", "remove", "--ops", p.ops, id)
	p.await(p.send(victim, "login"), "delivered")
	wantExit(t, 1, []string{"404"}, "lists", "remove", "--ops", p.ops, id)
	wantExit(t, 1, []string{"422"}, "lists", "add", "--ops", p.ops, "number=+49")
	wantExit(t, 1, []string{"no tenant"}, "lists", "add", "--ops", p.ops, "--tenant", "nobody", "asn=64500")
	wantExit(t, 0, nil, "lists", "ranges", "--ops", p.ops)
	wantExit(t, 1, []string{"404"}, "lists", "lift", "--ops", p.ops, "+491511234")
	wantExit(t, 2, nil, "lists", "burn", "--ops", p.ops)
}

// A reload reads the files of lists again; one that is wrong changes nothing.
func TestReloadLists(t *testing.T) {
	t.Parallel()
	const victim = "+4915112345678"
	dir := t.TempDir()
	list := filepath.Join(dir, "abuse.yaml")
	set := func(text string) { must(t, os.WriteFile(list, []byte(text), 0o600)) }
	set("block: []")
	c := configuration{carrier: "127.0.0.1:1", rest: "lists: {entries: [abuse.yaml]}\nspend: {prices: {default: 0.1}, caps: [{name: us, destination: US, day: 0.05}]}"}
	p := startServe(t, c.write(t, dir))
	hangup := func(word string) {
		t.Helper()
		before := strings.Count(p.out.String(), word)
		must(t, p.cmd.Process.Signal(syscall.SIGHUP))
		p.wait(word, func() bool { return strings.Count(p.out.String(), word) > before })
	}
	p.send(victim, "login")
	set("block: [{number: \"+491511*\", reason: abuse}]")
	hangup("were reloaded")
	p.want(403, "blocked", "POST", otpPath, object{"to": victim})
	set("block: [{number: x}]")
	hangup("was not reloaded")
	if !strings.Contains(p.out.String(), "abuse.yaml:1:") {
		t.Errorf("the line is not told:\n%s", p.out.String())
	}
	p.want(403, "blocked", "POST", otpPath, object{"to": victim})
	if capped := p.want(403, "blocked", "POST", otpPath, object{"to": "+12125550123"}); !strings.Contains(string(capped.body), "SPEND_CAP") {
		t.Errorf("%s", capped.body)
	}
	set("block: []")
	hangup("were reloaded")
	p.send(victim, "login")
}

// storedDecision is the answer to GET /admin/decisions/{id}.
type storedDecision struct {
	Same   bool
	Stored struct{ Policy string }
}

func wantAgain(t *testing.T, p *process, id string) (got storedDecision) {
	t.Helper()
	must(t, (&adminClient{base: p.ops}).do(t.Context(), "GET", "/admin/decisions/"+id, nil, &got))
	return got
}
