package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"tollgate/bench/compare"
	"tollgate/bench/decide"
	"tollgate/bench/proc"
	"tollgate/bench/send"
	"tollgate/bench/soak"
	"tollgate/bench/storebench"
)

// Short forms of every measurement: they run and lose nothing. How fast anything
// is, is no business of a test.

// benched runs a subcommand and reads its JSON, which is all that it writes to
// standard output.
func benched(t *testing.T, into any, args ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out.json")
	out, err := os.Create(file)
	must(t, err)
	defer out.Close()
	p := launchInto(t, out, append(append([]string{"bench"}, args...), "--json")...)
	if code := p.code(); code != 0 {
		t.Fatalf("bench %v: exit code %d:\n%s", args, code, p.out.String())
	}
	b, err := os.ReadFile(file)
	must(t, err)
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("bench %v prints no JSON: %v\n%s", args, err, tail(string(b), 2000))
	}
}

// childrenOf are the processes that one has started.
func childrenOf(t *testing.T, pid int) (list []int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("a process's children are found on Linux only")
	}
	tasks, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	must(t, err)
	for _, file := range tasks {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		for _, word := range strings.Fields(string(b)) {
			child, err := strconv.Atoi(word)
			must(t, err)
			list = append(list, child)
		}
	}
	return list
}

// aPage is well formed as far as a browser needs it, and has plots.
func aPage(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	if text := string(b); !strings.HasPrefix(text, "<!DOCTYPE html>") || !strings.Contains(text, "<svg") || strings.Contains(text, "NaN") || strings.Contains(text, "http://") {
		t.Errorf("the page:\n%s", tail(text, 3000))
	}
}

func TestBenchCompare(t *testing.T) {
	t.Parallel()
	dir, page := t.TempDir(), filepath.Join(t.TempDir(), "compare.html")
	var r compare.Result
	benched(t, &r, "compare", "--duration", "9s", "--rounds", "1", "--connections", "4,16", "--rate", "100", "--dir", dir, "--html", page)
	if r.Kannel == "" {
		t.Logf("Kannel is missing: %s", r.KannelMissing)
	}
	if len(r.Phases) != 3 {
		t.Fatalf("%d phases", len(r.Phases))
	}
	for _, f := range r.Phases {
		for _, s := range f.Systems {
			if s.PerSecond.Median <= 0 || s.HTTPP50.Median <= 0 {
				t.Errorf("%s, %s: %+v", f.Name, s.Name, s)
			}
			if s.Name != "Tollgate" {
				continue
			}
			if s.Missing != 0 || len(s.Errors) != 0 || s.ToP50.Median <= 0 || runtime.GOOS == "linux" && s.RSS == 0 {
				t.Errorf("%s: Tollgate lost %d, errors %v: %+v", f.Name, s.Missing, s.Errors, s)
			}
		}
		if want := len(f.Systems) - 1; f.Rate == "" && len(f.Ratios) != want {
			t.Errorf("%s: %d ratios, want %d", f.Name, len(f.Ratios), want)
		}
	}
	aPage(t, page)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}

// Ctrl-C in the middle: every child is gone, and so is what they kept.
func TestBenchCompareInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := launch(t, "bench", "compare", "--duration", "10m", "--rounds", "1", "--connections", "4", "--rate", "-1", "--dir", dir)
	p.wait("the load", func() bool { return strings.Contains(p.out.String(), "warming up") })
	children := childrenOf(t, p.cmd.Process.Pid)
	if len(children) < 2 {
		t.Errorf("only %d children at work", len(children))
	}
	must(t, p.cmd.Process.Signal(syscall.SIGINT))
	if code := p.code(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, pid := range children {
		if _, err := proc.Read(pid); err == nil {
			t.Errorf("process %d outlives it", pid)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestBenchSoak(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "soak.html")
	var r soak.Result
	benched(t, &r, "soak", "--duration", "20s", "--every", "1s", "--rate", "50", "--connections", "8", "--attack", "0.1", "--html", page)
	if r.Sends.Accepted < 900 || r.Sends.Accepted != r.Sends.Submitted || len(r.Samples) < 10 || len(r.Trends) == 0 || len(r.Failures) != 0 {
		t.Errorf("%+v", r)
	}
	if s := r.Samples[len(r.Samples)-1]; s.RSS == 0 || s.Goroutines == 0 || s.Heap == 0 || s.FDs == 0 {
		t.Errorf("the last sample: %+v", s)
	}
	aPage(t, page)
}

// A soak that finds something ends with 1 and says what.
func TestBenchSoakFails(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	sink := l.Addr().String()
	must(t, l.Close())
	p := startDev(t, t.TempDir(), "--policy", "strict", "--carrier", "smpp://bench:bench@"+sink+"?name=sink")
	wantExit(t, 1, []string{"the soak failed", "were not accepted"}, "bench", "soak", "--duration", "3s", "--every", "500ms", "--rate", "100",
		"--distinct", "2", "--url", p.api, "--ops", p.ops, "--smsc", sink)
}

func TestBenchSend(t *testing.T) {
	t.Parallel()
	profiles, page := filepath.Join(t.TempDir(), "profiles"), filepath.Join(t.TempDir(), "send.html")
	p := startDev(t, t.TempDir(), "--policy", "observe")
	var r send.Result
	benched(t, &r, "send", "--url", p.api, "--ops", p.ops, "--ramp", "20:500ms,20..60:1s", "--connections", "4", "--pipeline", "4",
		"--countries", "DE=3,US=1,NG=1", "--purpose", "login=3,withdrawal=1", "--distinct", "20", "--attack", "0.2", "--idempotency",
		"--profile", profiles, "--html", page)
	if r.Accepted < 45 || r.Accepted != r.Sent || len(r.Errors) != 0 || r.Unsent != 0 {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{"cpu", "heap", "allocs"} {
		if i, err := os.Stat(filepath.Join(profiles, name+".pprof")); err != nil || i.Size() == 0 {
			t.Errorf("the %s profile: %v", name, err)
		}
	}
	aPage(t, page)
}

func TestBenchStoreAndDecide(t *testing.T) {
	t.Parallel()
	var s storebench.Result
	benched(t, &s, "store", "--writers", "1,8", "--slice", "100ms", "--rounds", "1")
	if len(s.Rows) != 4 {
		t.Errorf("%+v", s)
	}
	var d []decide.Row
	benched(t, &d, "decide", "--goroutines", "1,4", "--slice", "20ms", "--rounds", "1")
	if len(d) != 10 {
		t.Errorf("%+v", d)
	}
	wantExit(t, 2, []string{"wrong usage"}, "bench", "store", "--writers", "0")
	wantExit(t, 2, []string{"wrong usage"}, "bench", "soak", "--url", "http://127.0.0.1:1")
}
