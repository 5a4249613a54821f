package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/spend"
	"tollgate/gateway/controls"
	"tollgate/gateway/store"
)

// control gives a rig controls, and a policy with more at its end.
func (r *rig) control(cfg controls.Config, more string) *controls.Controls {
	r.t.Helper()
	cfg.Now, cfg.Devices = r.now, r.ring
	c, err := controls.Open(cfg, r.reg)
	must(r.t, err)
	r.t.Cleanup(c.Close)
	r.Controls = c
	if more != "" {
		r.policyText(more)
	}
	return c
}

// policyText makes the default policy one with more at its end.
func (r *rig) policyText(more string) {
	r.t.Helper()
	p, err := fraud.LoadPolicy("default", []byte(policyWith(r.t, more)))
	must(r.t, err)
	must(r.t, r.SetPolicies(map[string]*fraud.Policy{"default": p}, "default"))
}

func TestListedSends(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.control(controls.Config{}, "")
	r.accepted("+4915112345678", "login")
	_, err := c.Lists.Add(controls.Entry{List: "block", Kind: "number", Value: "+49151123*", Reason: "pumped"})
	must(t, err)
	refused := r.refused("+4915112345678", "login", CodeBlocked)
	if d := refused.Decision; d.Rule != "listed" || d.Reasons[0].Code != "LISTED_BLOCKED" {
		t.Errorf("%+v", d)
	}
	r.accepted("+4915212345678", "login")
	_, err = c.Lists.Add(controls.Entry{List: "safe", Kind: "account", Value: "u-1", Tenant: "shop"})
	must(t, err)
	send := func(account string) error {
		_, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: "+445612345678", AccountID: account})
		return err
	}
	if err := send("u-1"); err != nil {
		t.Errorf("an account that is listed safe, to a VoIP number: %v", err)
	}
	var refusal *Refusal
	if err := send("u-2"); !errors.As(err, &refusal) || refusal.Code != CodeStepUp {
		t.Errorf("another account: %v", err)
	}
}

func TestAttackedRangeIsBlocked(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.control(controls.Config{}, "range_block: [{name: run, when: [SEQUENTIAL], digits: 3, after: 4, during: 10m, first: 1h}]\n")
	for i := range 12 { // a run of neighbours, each asked for once
		if _, err := r.send(fmt.Sprintf("+49151123456%02d", i), "login"); err != nil {
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatal(err)
			}
		}
	}
	refused := r.refused("+4915112345699", "login", CodeBlocked)
	if d := refused.Decision; d.Rule != "range_blocked" {
		t.Errorf("%+v", d)
	}
	r.accepted("+4915212345678", "login")
	r.pass(61 * time.Minute)
	r.accepted("+4915112345699", "login")
}

func TestSpendCap(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.control(controls.Config{Spend: spend.Config{
		Prices: []spend.Price{{Each: 100_000}},
		Caps:   []spend.Cap{{Name: "de", Tenant: "shop", Destination: "DE", Hour: 300_000}},
	}}, "")
	for i := range 3 {
		a := r.accepted(fmt.Sprintf("+4915112%02d5678", i*7), "login")
		near := len(a.Decision.Reasons) > 0 && a.Decision.Reasons[0].Code == "SPEND_NEAR"
		if near != (i == 2) {
			t.Errorf("send %d: %+v", i, a.Decision)
		}
	}
	if d := r.refused("+4915112995678", "login", CodeBlocked).Decision; d.Rule != "spend_cap" {
		t.Errorf("%+v", d)
	}
	r.accepted("+33612345678", "login")
	r.pass(61 * time.Minute)
	r.accepted("+4915112995678", "login")
}

// A share of what would be blocked is asked for proof instead, and passes with
// it; without a share, nothing is.
func TestExploredSends(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.control(controls.Config{}, "explore: 10%\n")
	blocked, explored := 0, ""
	for i := 0; explored == ""; i++ {
		if i == 2000 {
			t.Fatal("of 2000 would-be blocks none was explored")
		}
		to := fmt.Sprintf("+4990013%05d", i*13) // premium
		_, err := r.send(to, "login")
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		switch {
		case refusal.Code == CodeBlocked && !refusal.Decision.Explored:
			blocked++
		case refusal.Code == CodeStepUp && refusal.Decision.Explored:
			explored = to
		default:
			t.Fatalf("%+v", refusal)
		}
	}
	t.Logf("explored after %d blocks", blocked)
	proven := &SendRequest{Kind: store.KindOTP, To: explored, Assurance: &Assurance{Factor: "passkey", VerifiedAt: r.now()}}
	a, err := r.Send(context.Background(), r.tenant, proven)
	if err != nil || !a.Decision.Explored {
		t.Errorf("with proof: %+v, %v", a, err)
	}
}

// policyWith is the text of policy `default` with more at its end, in the place
// of its own range_block.
func policyWith(t *testing.T, more string) string {
	t.Helper()
	text, err := configs.FS.ReadFile("policies/default.yaml")
	must(t, err)
	head, _, _ := strings.Cut(string(text), "\nrange_block:")
	return head + "\n" + more
}
