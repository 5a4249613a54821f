package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tollgate/fraud"
)

// A fit on pumping gives points to what pumping shows and people do not, writes
// a policy that loads, and gives the same one again.
func TestReplayFits(t *testing.T) {
	text, _ := daysTraffic()
	file := trafficFile(t, "traffic.jsonl", text)
	fit := func(name string, more ...string) (policy []byte, out string) {
		to := filepath.Join(t.TempDir(), name)
		code, out, errs := replayRun1(t, append([]string{"--in", file, "--in", file, "--fit", to}, more...)...)
		if code != exitDone {
			t.Fatalf("exit %d: %s", code, errs)
		}
		policy, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		return policy, strings.ReplaceAll(out, to, "FILE")
	}
	policy, out := fit("fitted.yaml", "--fit-signs")
	again, outAgain := fit("fitted.yaml", "--fit-signs")
	if !bytes.Equal(policy, again) || out != outAgain {
		t.Error("the same files gave another fit")
	}
	p, err := fraud.LoadPolicy("fitted", policy)
	if err != nil {
		t.Fatal(err)
	}
	sum := map[string]float64{}
	for _, term := range p.Terms("") {
		sum[term.Code] += term.Points
	}
	if sum["FANOUT_RANGE"]+sum["RANGE_BURST"]+sum["SEQUENTIAL"]+sum["VELOCITY_IP"]+sum["FANOUT_IP"] < 100 {
		t.Errorf("what pumping shows has hardly points: %v", sum)
	}
	for _, want := range []string{"1006 labelled sends, 404 of them attacks", "RANGE_BURST", "20 to 50", "written to FILE"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if !strings.Contains(string(policy), "# points: what a signal gives") {
		t.Error("the policy's comments are lost")
	}
}

func TestReplayFitSaysWhatIsMissing(t *testing.T) {
	people := newTape()
	people.send(0, "+4915112345678", "login", "legit", "")
	file := trafficFile(t, "people.jsonl", people.Bytes())
	to := filepath.Join(t.TempDir(), "fitted.yaml")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--in", file, "--fit", to}, exitFailed, "of people and of attacks: there are 1, 0 of them attacks"},
		{[]string{"--in", file, "--in", file}, exitUsage, "only --fit takes several files"},
		{[]string{"--in", file, "--fit-signs"}, exitUsage, "go with --fit"},
		{[]string{"--in", file, "--fit", to, "--json"}, exitUsage, "does nothing else"},
	} {
		if code, _, errs := replayRun1(t, c.args...); code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d, %q; want %d, %q", c.args, code, errs, c.code, c.want)
		}
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a failed fit wrote a policy")
	}
}
