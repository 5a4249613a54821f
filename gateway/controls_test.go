package gateway

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/spend"
	"tollgate/gateway/controls"
	"tollgate/gateway/store"
)

// control gives a rig controls, and a policy of its own with more at its end.
func (r *rig) control(cfg controls.Config, more string) *controls.Controls {
	r.t.Helper()
	cfg.Now, cfg.Devices = r.now, r.ring
	c, err := controls.Open(cfg, r.reg)
	must(r.t, err)
	r.t.Cleanup(c.Close)
	r.Controls = c
	p, err := fraud.LoadPolicy("controls", []byte(controlsPolicy+more))
	must(r.t, err)
	must(r.t, r.SetPolicies(map[string]*fraud.Policy{"controls": p}, "controls"))
	return c
}

func TestListedSends(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.control(controls.Config{}, "")
	r.accepted("+4915112345678", "login")
	_, err := c.Lists.Add(controls.Entry{List: "block", Kind: "number", Value: "+49151123*", Reason: "pumped"})
	must(t, err)
	refused := r.refused("+4915112345678", "login", CodeBlocked)
	if _, told := reasonOf(refused.Decision, "LISTED_BLOCKED"); !told || refused.Decision.Rule != "listed" {
		t.Errorf("%+v", refused.Decision)
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
		if _, near := reasonOf(&a.Decision, "SPEND_NEAR"); near != (i == 2) {
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

// controlsPolicy has what the controls need and little else, so that these tests
// do not hang on the shipped policies' points.
const controlsPolicy = `
signals:
  LINE_VOIP: {points: 350}
  LINE_PREMIUM: {points: 600}
  SEQUENTIAL: {points: 220, from: 3, to: 10}
  TRUSTED_HISTORY: {steps: [{within: 90d, points: -250}]}
  ASSURANCE: {steps: [{within: 10m, points: 0}]}
  LISTED_SAFE: {points: -500}
  LISTED_BLOCKED: {points: 0}
  RANGE_BLOCKED: {points: 0}
  SPEND_NEAR: {points: 0, from: 0.8, to: 1}
  SPEND_CAP: {points: 0}
rules:
  - {name: premium, when: [LINE_PREMIUM], then: block}
  - {name: listed, when: [LISTED_BLOCKED], then: block}
  - {name: spend_cap, when: [SPEND_CAP], then: block}
  - {name: range_blocked, when: [RANGE_BLOCKED], unless: [TRUSTED_HISTORY, LISTED_SAFE], then: block}
`
