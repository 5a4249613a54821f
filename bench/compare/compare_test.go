package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tollgate/bench/devgate/devgatetest"
	"tollgate/bench/plot"
	"tollgate/bench/proc"
	"tollgate/bench/send"
	"tollgate/bench/stat"
)

// The short form: everything is started, loaded and ended, and nothing is lost.
// Kannel takes part where it is installed.
func TestRun(t *testing.T) {
	program, dir := devgatetest.Build(t), t.TempDir()
	c := Config{
		Duration: 4 * time.Second, Rounds: 1, Connections: ints{4}, Rate: 50, Dir: dir, HTML: filepath.Join(t.TempDir(), "compare.html"),
		Command: []string{program}, BaselineCommand: []string{program, "bench", "baseline"},
	}
	var out bytes.Buffer
	r, err := Run(t.Context(), c, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := 4
	if r.KannelMissing != "" {
		want = 2
		if !strings.Contains(out.String(), "Kannel is missing: ") {
			t.Errorf("not a word of Kannel:\n%s", out.String())
		}
	}
	for _, f := range r.Phases {
		if len(f.Systems) != want || f.Systems[0].Name != bare || f.Systems[want-1].Name != tollgate {
			t.Fatalf("%s: systems %+v", f.Name, f.Systems)
		}
		for _, s := range f.Systems {
			if s.PerSecond.Median <= 0 || s.Missing != 0 || len(s.Errors) != 0 || s.Name != bare && len(s.ToCurve) == 0 {
				t.Errorf("%s, %s: %+v", f.Name, s.Name, s)
			}
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
	if page, err := os.ReadFile(c.HTML); err != nil || !strings.Contains(string(page), "of bare fasthttp") {
		t.Errorf("the page: %v", err)
	}
}

// Ratios are made within a round: what slows a whole round down does not show.
func TestRatiosWithinARound(t *testing.T) {
	f := newPhase(&phase{"closed", send.Config{Connections: 64}}, []*system{{name: bare}, {name: kannel}, {name: tollgate}})
	for n, slow := range []float64{1, .1, .5} {
		add := func(i int, accepted, submitted float64) {
			scale := func(v float64) uint64 { return uint64(v * slow * 10) }
			tally := &send.Tally{Busy: 10 * time.Second, HTTP: stat.NewLatencies(), Counts: send.Counts{Accepted: scale(accepted), Submitted: scale(submitted)}}
			if i > 0 {
				tally.ToSMSC = stat.NewLatencies()
			}
			from := proc.Usage{User: time.Duration(n) * time.Second}
			f.systems[i].add(tally, from, proc.Usage{User: from.User + time.Second/10, RSS: int64(n)})
		}
		add(0, 40_000, 0)
		add(1, 8000, 5000)
		add(2, 22_000, 20_000)
	}
	for i, g := range f.systems { // a fourth round in which Kannel fails
		if i == 1 {
			g.failed(errors.New("it takes no connection"))
		} else {
			g.rounds = append(g.rounds, round{22_000, 40_000})
		}
	}
	f.systems[2].rounds[3].accepted = 22_000
	f.sum()
	if q := f.Ratios[0]; q.To != bare || q.Median != .55 || q.Least != .55 || q.Most != .55 {
		t.Errorf("of the bare server, by what was accepted: %+v", q)
	}
	if q := f.Ratios[1]; q.To != kannel || q.Median != 4 || q.N != 3 {
		t.Errorf("of Kannel, by what reached the carrier: %+v", q)
	}
	if s := f.Systems[1]; s.Missing != 48_000 || s.Failed != 1 || s.RSS != 2 || s.PerSecond.Most != 5000 {
		t.Errorf("%+v", s)
	}
	var out bytes.Buffer
	r := &Result{Phases: []*Phase{f}, KannelMissing: "it is <not> there", Filesystem: "tmpfs"}
	if err := r.write(&out, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Kannel is missing: it is <not> there", "Tollgate is 0.55x (0.55x to 0.55x) of bare fasthttp", "ON TMPFS", "48000 accepted messages had not reached", "1 slices gave no figures, the last: it takes no connection"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := r.write(&out, true); err != nil || !json.Valid(out.Bytes()) {
		t.Errorf("JSON: %v\n%s", err, out.String())
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := writePage(r, file); err != nil {
		t.Fatal(err)
	}
	if page, _ := os.ReadFile(file); strings.Contains(string(page), "<not>") {
		t.Error("a word of the page is not escaped")
	}
}

// The configuration that is written for Kannel has no hole in it, and nobody else
// may read it.
func TestKannelConfiguration(t *testing.T) {
	for _, spool := range []bool{false, true} {
		k := &kannelBoxes{dir: t.TempDir(), admin: secret()}
		file, err := k.write(&kannelConfig{carrier: "127.0.0.1:2775", user: secret(), password: secret(), spool: spool}, []int{1, 2, 3})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i, _ := os.Stat(file); i.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", i.Mode())
		}
		if bytes.Contains(text, []byte("<no value>")) || regexp.MustCompile(`(?m)= *$|\{\{`).Match(text) {
			t.Errorf("a hole in\n%s", text)
		}
		if got := bytes.Contains(text, []byte("store-type = spool")); got != spool {
			t.Errorf("spool %v in\n%s", got, text)
		}
	}
	k := &kannelBoxes{dir: t.TempDir()}
	if _, err := k.write(&kannelConfig{carrier: "nowhere"}, []int{1, 2, 3}); err == nil {
		t.Error("a carrier without a port")
	}
	if a, b := secret(), secret(); a == b || len(a) != 24 {
		t.Errorf("secrets %s and %s", a, b)
	}
}

func TestValidate(t *testing.T) {
	if errs := new(Config).Validate(); errs != nil {
		t.Errorf("the defaults are wrong: %v", errs)
	}
	bad := Config{Duration: -1, Rounds: 1000, Connections: ints{0}, Rate: 2e6}
	if errs := bad.Validate(); len(errs) != 4 {
		t.Errorf("%v, want four errors", errs)
	}
	if errs := (&Config{Connections: ints{}, Rate: -1}).Validate(); len(errs) != 1 {
		t.Errorf("nothing to do: %v", errs)
	}
}

func writePage(r *Result, name string) error {
	f, err := plot.Open(name)
	if err != nil {
		return err
	}
	return f.Write(r.page)
}

// A rate of 0 is what it says: no open loop.
func TestNoOpenLoop(t *testing.T) {
	for text, phases := range map[string]int{"0": 2, "-1": 2, "100": 3} {
		var c Config
		fs := flag.NewFlagSet("", flag.ContinueOnError)
		c.Flags(fs)
		if err := fs.Parse([]string{"--rate", text}); err != nil {
			t.Fatal(err)
		}
		if d := c.withDefaults(); len(d.phases()) != phases {
			t.Errorf("rate %s: %d phases, want %d", text, len(d.phases()), phases)
		}
	}
}
