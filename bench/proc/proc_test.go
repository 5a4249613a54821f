package proc

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be a child as well.
func TestMain(m *testing.M) {
	switch os.Getenv("BENCH_PROC_CHILD") {
	case "serve":
		os.Stdout.WriteString("one line\nready at 1\n")
		time.Sleep(time.Minute)
	case "fail":
		os.Stderr.WriteString("cannot: no luck\n")
		os.Exit(3)
	case "mute":
		time.Sleep(time.Minute)
	default:
		os.Exit(m.Run())
	}
}

func child(t *testing.T, as string, s Spec) (*Child, string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("BENCH_PROC_CHILD", as)
	s.Name, s.Args, s.Ready = "the child", []string{self}, "ready at"
	return Start(t.Context(), s)
}

func TestChildServesAndStops(t *testing.T) {
	c, line, err := child(t, "serve", Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if line != "ready at 1" || c.Ended() || !strings.Contains(c.Said(), "one line") {
		t.Errorf("said %q, ended %v", c.Said(), c.Ended())
	}
	c.Stop()
	c.Stop()
	if !c.Ended() {
		t.Error("it runs on")
	}
}

func TestChildEndsWithTheContext(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("BENCH_PROC_CHILD", "serve")
	ctx, cancel := context.WithCancel(t.Context())
	c, _, err := Start(ctx, Spec{Name: "the child", Args: []string{self}, Ready: "ready"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case <-c.ended:
	case <-time.After(30 * time.Second):
		t.Fatal("it outlives its context")
	}
}

func TestChildThatDoesNotServe(t *testing.T) {
	if _, _, err := child(t, "fail", Spec{}); err == nil || !strings.Contains(err.Error(), "no luck") {
		t.Errorf("one that ended: %v", err)
	}
	if _, _, err := child(t, "mute", Spec{Start: 50 * time.Millisecond}); err == nil || !strings.Contains(err.Error(), "no line") {
		t.Errorf("a mute one: %v", err)
	}
	if _, _, err := Start(t.Context(), Spec{Name: "nothing", Args: []string{"/no/such/program"}}); err == nil {
		t.Error("a program that is not there")
	}
}

func TestReadOfOurselves(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process uses is read on Linux only")
	}
	for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); { // some CPU to see
	}
	u, err := Read(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if u.CPU() < 20*time.Millisecond || u.RSS < 1<<20 || u.FDs < 3 || u.Threads < 1 {
		t.Errorf("%+v", u)
	}
	both, err := ReadAll([]int{os.Getpid(), os.Getpid()})
	if err != nil || both.CPU() < 2*u.CPU() {
		t.Errorf("twice ourselves: %+v, %v", both, err)
	}
	if _, err := ReadAll([]int{1 << 30}); err == nil {
		t.Error("a process that is not there")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if pid := Listener(port); pid != os.Getpid() {
		t.Errorf("process %d listens, want ourselves, %d", pid, os.Getpid())
	}
	l.Close()
	if pid := Listener(port); pid != 0 {
		t.Errorf("process %d listens on a port that is closed", pid)
	}
	if Filesystem(t.TempDir()) == "" || Filesystem("/proc") != "proc" {
		t.Errorf("%q, and /proc is %q", Filesystem(t.TempDir()), Filesystem("/proc"))
	}
}

func TestMetricsAddSeriesUp(t *testing.T) {
	m, err := parse(strings.NewReader("# HELP x\nx_total{a=\"1\",b=\"} 7\"} 3\nx_total{a=\"2\"} 4 1700000000\ny 1e3\nz NaN\nbroken\n"))
	if err != nil || m["x_total"] != 7 || m["y"] != 1000 || len(m) != 2 {
		t.Errorf("%v, %v", m, err)
	}
}

func TestProfileSavesFiles(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	defer srv.Close()
	dir := filepath.Join(t.TempDir(), "profiles")
	o := &Ops{URL: srv.URL, Token: "t"}
	if err := o.InBackground(t.Context(), dir, time.Second)(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cpu", "heap", "allocs", "goroutine"} {
		b, err := os.ReadFile(filepath.Join(dir, name+".pprof"))
		if err != nil || len(b) < 100 || b[0] != 0x1f || b[1] != 0x8b { // gzip
			t.Errorf("%s: %d octets, %v", name, len(b), err)
		}
	}
	o.Token = ""
	if err := o.Profile(t.Context(), dir, time.Second); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("without the token: %v", err)
	}
}
