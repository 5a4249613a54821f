package fraud_test

import (
	"os"
	"strings"
	"testing"

	"tollgate/configs"
	"tollgate/fraud"
)

func policyText(t testing.TB, name string) []byte {
	t.Helper()
	text, err := configs.FS.ReadFile("policies/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestLoadPolicyNamesEveryFault(t *testing.T) {
	text, err := os.ReadFile("testdata/faults.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = fraud.LoadPolicy("faults", text)
	if err == nil {
		t.Fatal("a policy full of faults was taken")
	}
	// Each faulty line says in a comment what must be said of it.
	wanted := 0
	for i, line := range strings.Split(string(text), "\n") {
		_, want, found := strings.Cut(line, "# want: ")
		if !found {
			continue
		}
		wanted++
		if !faultNamed(err.Error(), i+1, want) {
			t.Errorf("line %d: %q is not said", i+1, want)
		}
	}
	if got := strings.Count(err.Error(), "line "); got != wanted {
		t.Errorf("%d faults, want %d:\n%v", got, wanted, err)
	}
}

func faultNamed(text string, line int, want string) bool {
	for _, said := range strings.Split(text, "\n") {
		said = strings.TrimPrefix(said, "policy faults: ")
		if rest, ok := strings.CutPrefix(said, "line "+itoa(line)+": "); ok && strings.Contains(rest, want) {
			return true
		}
	}
	return false
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func TestLoadPolicyRefuses(t *testing.T) {
	const ok = "signals: {TOR: {points: 1}}\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":            {"", "empty"},
		"a comment":          {"# nothing\n", "empty"},
		"no YAML":            {"signals: [", "YAML"},
		"a list":             {"- a\n", "line 1: policy must be a mapping"},
		"two documents":      {ok + "---\n" + ok, "one YAML document"},
		"no signals":         {"mode: enforce\n", "no signals"},
		"an anchor's cycle":  {"signals: &a {TOR: *a}\n", "aliases"},
		"an alias in a list": {"sensitive: [&a bind, *a]\n" + ok, "aliases"},
		"too large":          {strings.Repeat("#", 1<<20) + "\n" + ok, "octets"},
		"not a number":       {"signals: {TOR: {points: .nan}}\n", "must be a number"},
		"equal bands":        {ok + "bands: {step_up: 600, review: 600}\n", "line 2: bands must not overlap"},
		"equal upper bands":  {ok + "bands: {review: 800}\n", "must not overlap"},
		"falling bands":      {ok + "bands: {step_up: 500, review: 400}\n", "must not overlap"},
		"a purpose's bands":  {ok + "purposes: {login: {bands: {step_up: 600}}}\n", "must not overlap"},
		"a negative band":    {ok + "bands: {step_up: -1}\n", "step_up must be a number from 0 to 1000"},
		"a band too high":    {ok + "bands: {block: 1000.5}\n", "block must be a number from 0 to 1000"},
		"no number for one":  {ok + "bands: {review: .nan}\n", "review must be a number"},
		"NaN for one":        {ok + "bands: {review: NaN}\n", "review must be a number"},
		"a merged cycle":     {"signals: &a\n  <<: *a\n  TOR: {points: 1}\n", "aliases"},
		"an unknown signal":  {"signals: {TORR: {points: 1}}\n", `unknown key "TORR"`},
		"a rule's unknown":   {ok + "rules: [{name: a, when: [TORR], then: block}]\n", `no signal "TORR"`},
		"infinite":           {"signals: {TOR: {points: .inf}}\n", "must be a number"},
	} {
		if _, err := fraud.LoadPolicy("p", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := fraud.LoadPolicy("p", []byte(ok)); err != nil {
		t.Errorf("the smallest policy: %v", err)
	}
}

// The order of a file's parts is nobody's business.
func TestLoadPolicyInAnyOrder(t *testing.T) {
	p, err := fraud.LoadPolicy("p", []byte(`
rules: [{name: tor, when: [TOR], purposes: [sensitive], then: block}]
purposes: {sensitive: {bands: {step_up: 5}, scale: {client: 2}}, login: {bands: {step_up: 500, review: 700}}}
signals: {TOR: {points: 10}}
sensitive: [bind]
`))
	if err != nil {
		t.Fatal(err)
	}
	for purpose, want := range map[string]fraud.Decision{
		"bind":  {Kind: fraud.Block, Score: 20, Rule: "tor"},
		"login": {Kind: fraud.Allow, Score: 10},
	} {
		f := clean(purpose)
		f.Client.Tor = true
		if d := p.Decide(&f); d.Kind != want.Kind || d.Score != want.Score || d.Rule != want.Rule {
			t.Errorf("%s: %+v, want %+v", purpose, d, want)
		}
	}
}

func FuzzLoadPolicy(f *testing.F) {
	f.Add(policyText(f, "strict"))
	f.Add([]byte("signals: {TOR: {points: 1}, ASSURANCE: {steps: [{within: 10m, points: 0}]}}\nrules: [{name: a, any: [TOR], within: 1d, then: freeze}]\n"))
	facts := clean("withdrawal")
	imsi(0)(&facts)
	down(&facts)
	facts.Client.Tor = true
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := fraud.LoadPolicy("fuzz", text)
		if err != nil {
			return
		}
		if d := p.Decide(&facts); !(d.Score >= 0 && d.Score <= 1000) || d.Kind == "" {
			t.Errorf("%+v", d)
		}
	})
}
