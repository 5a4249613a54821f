package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// network is a file that answers for the network.
type network struct{ file string }

func newNetwork(t *testing.T) network {
	return network{filepath.Join(t.TempDir(), "subscribers.yaml")}
}

func (n network) url() string { return "static:" + n.file }

// set gives a number another SIM, as an editor saves a file.
func (n network) set(t *testing.T, number string, sim int) {
	t.Helper()
	text := fmt.Sprintf("subscribers:\n  %q: {imsi: \"26201%010d\", iccid: \"894902%013d\", mccmnc: \"26201\", line_type: mobile}\n", number, sim, sim)
	must(t, os.WriteFile(n.file, []byte(text), 0o600))
}

// The session of the README: a code is sent, arrives, and is typed in.
func TestSession(t *testing.T) {
	t.Parallel()
	const to = "+4915112345678"
	p := startDev(t, t.TempDir(), "--log-level", "debug")
	ready, _, _ := strings.Cut(p.out.String()[strings.Index(p.out.String(), "ready "):], "\n")
	for _, word := range []string{"api=http://127.0.0.1:", "ops=http://127.0.0.1:", "smsc=127.0.0.1:", "key=dev-key", "policy=default"} {
		if !strings.Contains(ready, word) {
			t.Errorf("%q lacks %q", ready, word)
		}
	}
	a := p.want(202, "", "POST", otpPath, object{"to": "+49 151 1234-5678"})
	if a.Decision != "allow" || a.Score > 50 || len(a.against()) > 0 || a.Status != "accepted" || !strings.Contains(string(a.body), `"to":"`+to+`"`) {
		t.Errorf("accepted with %s", a.body)
	}
	v := p.await(a.ID, "delivered")
	if v.Delivery != "delivered" || v.Challenge != "pending" || v.Carrier != "sim" || v.Attempts != 1 {
		t.Errorf("delivered as %+v", v)
	}
	if got := v.steps(); !slices.Equal(got, []string{"accepted", "routed", "submitted", "delivered"}) {
		t.Errorf("its timeline is %v", got)
	}
	code := p.inbox(to, 1)
	check := object{"id": a.ID, "code": code}
	if a := p.want(200, "", "POST", "/v1/otp/check", check); a.Status != "approved" {
		t.Errorf("the right code is answered %s", a.body)
	}
	p.want(409, "already_used", "POST", "/v1/otp/check", check)
	if v := p.view(a.ID); v.Status != "approved" || v.Delivery != "delivered" || v.Challenge != "approved" {
		t.Errorf("in the end it is %+v", v)
	}
	p.want(409, "not_cancelable", "DELETE", "/v1/otp/"+a.ID, nil)
	if strings.Contains(p.out.String(), code) {
		t.Error("the output shows the code")
	}
	if n := p.metric(`tollgate_messages_total{status="approved"}`); n != 1 {
		t.Errorf("%v approved in the metrics", n)
	}
}

func (v view) steps() (names []string) {
	for _, s := range v.Timeline {
		names = append(names, s.Step)
	}
	return names
}

// A wrong code stops checks and sends of that purpose for a while, and no other.
func TestWrongCodeCoolsDown(t *testing.T) {
	t.Parallel()
	const to = "+4915112345678"
	p := startDev(t, t.TempDir())
	id := p.send(to, "login")
	code := p.inbox(to, 1)
	p.wantAttempts(id, wrong(code), 4)
	for _, a := range []*reply{
		p.want(429, "cooldown", "POST", "/v1/otp/check", object{"id": id, "code": code}),
		p.want(429, "cooldown", "POST", otpPath, object{"to": to, "purpose": "login"}),
	} {
		wantProblem(t, a, 429, "cooldown", "")
		if a.header.Get("Retry-After") == "" {
			t.Error("a cool-down without Retry-After")
		}
	}
	p.send(to, "withdrawal") // another purpose has a challenge of its own
}

// Editing the subscriber file swaps a SIM: the next withdrawal freezes the
// number, a login asks for more proof, and resolving the review lifts both.
func TestSwapFreezesUntilResolved(t *testing.T) {
	t.Parallel()
	const victim, user = "+4915112345678", "+4915112345679"
	n := newNetwork(t)
	n.set(t, victim, 1)
	p := startDev(t, t.TempDir(), "--hlr", n.url())
	p.await(p.send(victim, "withdrawal"), "delivered")
	n.set(t, victim, 2)
	login := p.want(403, "step_up_required", "POST", otpPath, object{"to": victim, "purpose": "login"})
	if login.Decision != "step_up" || len(login.Reason) == 0 || login.Score <= 0 {
		t.Errorf("a login after the swap: %s", login.body)
	}
	frozen := p.want(423, "frozen", "POST", otpPath, object{"to": victim, "purpose": "withdrawal"})
	if len(frozen.Reason) == 0 || frozen.Review == "" || frozen.Score <= 0 || frozen.header.Get("Retry-After") != "" {
		t.Errorf("a withdrawal after the swap: %s", frozen.body)
	}
	again := p.want(423, "frozen", "POST", otpPath, object{"to": victim, "purpose": "login"})
	if again.Review != frozen.Review {
		t.Errorf("the freeze names %s, then %s", frozen.Review, again.Review)
	}
	if got := p.openReviews(); !slices.Equal(got, []string{frozen.Review}) {
		t.Errorf("open reviews %v", got)
	}
	p.want(200, "", "POST", "/v1/reviews/"+frozen.Review, object{"resolution": "confirm_new_sim", "note": "showed the ID"})
	p.want(409, "already_resolved", "POST", "/v1/reviews/"+frozen.Review, object{"resolution": "false_alarm"})
	if got := p.openReviews(); len(got) > 0 {
		t.Errorf("open reviews %v after all were resolved", got)
	}
	p.await(p.send(victim, "withdrawal"), "delivered")
	p.await(p.send(victim, "login"), "delivered")
	p.await(p.send(user, "login"), "delivered") // a number that the network does not know in the file
}

func (p *process) openReviews() (ids []string) {
	p.t.Helper()
	var page struct{ Reviews []struct{ ID string } }
	must(p.t, json.Unmarshal(p.call("GET", "/v1/reviews", nil).body, &page))
	for _, r := range page.Reviews {
		ids = append(ids, r.ID)
	}
	return ids
}

// The tools around a running gateway.
func TestSendAndLookup(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.set(t, "+4915112345678", 7)
	p := startDev(t, t.TempDir())
	wantExit(t, 0, []string{`"status":"accepted"`, "submitted", "delivered"}, "send", "--url", p.api, "+4915112345678")
	wantExit(t, 0, []string{`"id":"msg_`, "delivered"}, "send", "--url", p.api, "--text", "hello", "+4915112345678")
	wantExit(t, 1, []string{"401", "unauthorized"}, "send", "--url", p.api, "--key", "nobody", "+4915112345678")
	wantExit(t, 1, []string{"422", "invalid_number"}, "send", "--url", p.api, "+4915")
	wantExit(t, 1, []string{"connection refused"}, "send", "--url", "http://"+deadAddr(t), "+4915112345678")
	facts := wantExit(t, 0, []string{"region", "DE", "imsi", "26201…", "static", "mobile"}, "lookup", "--hlr", n.url(), "+4915112345678")
	if strings.Contains(facts, "262010000000007") {
		t.Errorf("lookup shows an identity in clear:\n%s", facts)
	}
}
