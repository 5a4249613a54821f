package fraud_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
)

// small is a policy that does not move when the shipped ones are tuned.
const small = `
sensitive: [withdrawal]
signals:
  LINE_VOIP: {points: 350}
  LINE_DISPOSABLE: {points: 600}
  REGION_UNSUPPORTED: {points: 0}
  SUBSCRIBER_VANISHED: {steps: [{within: 10d, points: 350}]}
  RANGE_BURST: {points: 550, from: 20, to: 50}
  SEQUENTIAL: {points: 220, from: 3, to: 10}
  FANOUT_RANGE: {points: 590, from: 3, to: 9}
  TRUSTED_HISTORY: {steps: [{within: 90d, points: -250}]}
  ASSURANCE: {steps: [{within: 10m, points: 0}]}
  LISTED_BLOCKED: {points: 0}
  RANGE_BLOCKED: {points: 0}
  SPEND_CAP: {points: 0}
rules:
  - {name: region, when: [REGION_UNSUPPORTED], then: block, refusal: unsupported_region}
  - {name: disposable, when: [LINE_DISPOSABLE], then: block}
  - {name: vanished, when: [SUBSCRIBER_VANISHED], then: freeze}
  - {name: ruled_out, any: [LISTED_BLOCKED, RANGE_BLOCKED, SPEND_CAP], then: block}
`

// withControls is policy small with more at its end.
func withControls(t *testing.T, more string) *fraud.Policy {
	t.Helper()
	p, err := fraud.LoadPolicy("own", []byte(small+more))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestListsAndBudgetsDecide(t *testing.T) {
	blocked := func(f *fraud.Facts) {
		f.RangeBlock = fraud.RangeBlock{Active: true, Range: "+491701234", Times: 1, Left: time.Hour, Reason: "pumped"}
	}
	safe := func(f *fraud.Facts) { f.Listed.Safe = fraud.Listing{Kind: "number", List: "vip"} }
	for _, v := range []struct {
		name    string
		purpose string
		edits   []edit
		want    fraud.Kind
	}{
		{"listed", "login", []edit{listedBlocked}, "block"},
		{"listed on both", "login", []edit{listedBlocked, safe}, "block"},
		{"safe", "login", []edit{safe}, "allow"},
		{"safe lifts VoIP", "login", []edit{safe, line(fraud.LineVoIP)}, "allow"},
		{"safe lifts a list of disposable numbers", "login", []edit{safe, disposable}, "allow"},
		{"safe lifts no freeze", "withdrawal", []edit{safe, imsi(time.Hour)}, freeze},
		{"safe lifts no vanished subscriber", "login", []edit{safe, vanished}, freeze},
		{"safe lifts no SIM swap", "login", []edit{safe, imsi(time.Hour)}, "step_up"},
		{"safe lifts no region", "login", []edit{safe, region}, refuse},
		{"safe is worth nothing for a withdrawal", "withdrawal", []edit{safe, line(fraud.LineVoIP)}, "step_up"},
		{"blocked range", "login", []edit{blocked}, "block"},
		{"blocked range, trusted", "login", []edit{blocked, trusted}, "step_up"},
		{"blocked range, trusted and proven", "login", []edit{blocked, trusted, proof(time.Minute)}, "allow"},
		{"blocked range, trusted, withdrawal", "withdrawal", []edit{blocked, trusted}, "block"},
		{"blocked range, safe", "login", []edit{blocked, safe}, "allow"},
		{"spent", "login", []edit{spent(1.01)}, "block"},
		{"spent, safe", "login", []edit{spent(1.01), safe}, "block"},
		{"nearly spent", "login", []edit{spent(0.99)}, "allow"},
	} {
		f := clean(v.purpose)
		for _, e := range v.edits {
			e(&f)
		}
		if d := shipped(t, "default").Decide(&f); verdict(d) != v.want {
			t.Errorf("%s: %s, want %s: %+v", v.name, verdict(d), v.want, d)
		}
	}
}

func TestExplore(t *testing.T) {
	p := withControls(t, "explore: 5%\n")
	none := withControls(t, "")
	if !p.Explores() || none.Explores() {
		t.Fatal("Explores")
	}
	const five = 214_748_364 // of 2^32
	for _, v := range []struct {
		name  string
		draw  uint32
		edits []edit
		kind  fraud.Kind
		by    bool
	}{
		{"a winning lot", five, []edit{disposable}, fraud.StepUp, true},
		{"a losing lot", five + 10, []edit{disposable}, fraud.Block, false},
		{"no lot", 0, []edit{disposable}, fraud.Block, false},
		{"nothing to explore", 1, nil, fraud.Allow, false},
		{"a step_up stays", 1, []edit{line(fraud.LineVoIP)}, fraud.StepUp, false},
		{"with proof it passes", 1, []edit{disposable, proof(time.Minute)}, fraud.Allow, true},
		{"a blocked range", 1, []edit{func(f *fraud.Facts) { f.RangeBlock.Active = true }}, fraud.StepUp, true},
		{"a freeze is not explored", 1, []edit{vanished}, fraud.Review, false},
		{"nor a list", 1, []edit{disposable, listedBlocked}, fraud.Block, false},
		{"nor a budget", 1, []edit{disposable, spent(1.1)}, fraud.Block, false},
		{"nor a region", 1, []edit{region}, fraud.Block, false},
	} {
		f := clean("login")
		for _, e := range v.edits {
			e(&f)
		}
		f.Draw = v.draw
		if d := p.Decide(&f); d.Kind != v.kind || d.Explored != v.by {
			t.Errorf("%s: %+v", v.name, d)
		}
		if d := none.Decide(&f); d.Explored {
			t.Errorf("%s: explored without being asked: %+v", v.name, d)
		}
	}
}

func TestRangeRules(t *testing.T) {
	p := withControls(t, `range_block:
  - {name: burst, when: [RANGE_BURST], score: 100, digits: 4, after: 2, during: 5m, first: 30m, most: 2d, decay: 12h, everyone: true}
  - {name: run, any: [SEQUENTIAL, FANOUT_RANGE], unless: [TRUSTED_HISTORY], except: [sensitive]}
`)
	rules := p.RangeRules()
	if len(rules) != 2 || rules[0].Digits != 4 || rules[0].After != 2 || rules[0].During != 5*time.Minute || rules[0].First != 30*time.Minute ||
		rules[0].Most != 48*time.Hour || rules[0].Decay != 12*time.Hour || !rules[0].Everyone || rules[1].Digits != 3 || rules[1].Everyone || rules[1].Name() != "run" {
		t.Fatalf("%+v", rules)
	}
	burst := func(f *fraud.Facts) { f.Velocity.RangeMinute = 60 }
	run := func(f *fraud.Facts) { f.Velocity.SequentialRun = 8 }
	for _, v := range []struct {
		name    string
		purpose string
		edits   []edit
		want    uint8
	}{
		{"nothing", "login", nil, 0},
		{"a burst", "login", []edit{burst}, 1},
		{"a small burst", "login", []edit{func(f *fraud.Facts) { f.Velocity.RangeMinute = 22 }}, 0},
		{"both", "login", []edit{burst, run}, 3},
		{"a trusted one", "login", []edit{run, trusted}, 0},
		{"a sensitive purpose", "withdrawal", []edit{run}, 0},
		{"already blocked", "login", []edit{burst, func(f *fraud.Facts) { f.RangeBlock.Active = true }}, 0},
	} {
		f := clean(v.purpose)
		for _, e := range v.edits {
			e(&f)
		}
		if d := p.Decide(&f); d.Ranges != v.want {
			t.Errorf("%s: %b, want %b: %+v", v.name, d.Ranges, v.want, d)
		}
	}
}

func TestControlsAreChecked(t *testing.T) {
	text, _, _ := strings.Cut(string(policyText(t, "default")), "\nrange_block:")
	for _, v := range []string{
		"explore: 0.5", "explore: 11%", "explore: some%",
		"range_block: [{when: [RANGE_BURST]}]", "range_block: [{name: a}]", "range_block: [{name: a, when: [NO_SIGNAL]}]",
		"range_block: [{name: a, score: 800, digits: 6}]", "range_block: [{name: a, score: 800, first: 3d, most: 1d}]",
		"range_block: [{name: a, score: 800, everyone: perhaps}]", "range_block: [{name: a, score: 800, whoever: x}]", "range_block: {name: a}",
	} {
		_, err := fraud.LoadPolicy("own", []byte(text+"\n"+v+"\n"))
		line := fmt.Sprintf("line %d:", strings.Count(text, "\n")+2)
		if err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%s: %v, want a problem at %s", v, err, line)
		}
	}
}
