package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The tests in e2e_*_test.go run the real binary as a child process and talk
// to it as its clients do: over HTTP, by SMPP, and with signals.

// patience is how long anything may take on a busy machine before a test
// calls it broken.
const patience = 60 * time.Second

var buildDir string // removed by TestMain

func TestMain(m *testing.M) {
	flag.Parse()
	// These tests wait more than they work: let more of them wait at once.
	if p := flag.Lookup("test.parallel"); p.Value.String() == p.DefValue {
		_ = p.Value.Set("6") // it is a number
	}
	code := m.Run()
	if buildDir != "" {
		os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// binary builds the program, once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tollgate-e2e-")
	if err != nil {
		return "", err
	}
	buildDir = dir
	file := filepath.Join(dir, "tollgate")
	if out, err := exec.Command("go", "build", raceFlag, "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the binary: %w\n%s", err, out)
	}
	return file, nil
})

// process is one run of the binary.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out      output // standard output and error as they came
	ended    chan struct{}
	api, ops string // base URLs, from the ready line
	key      string
}

// output gathers what a process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// launch starts the binary without waiting for anything. The test's end kills it.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	return launchInto(t, nil, args...)
}

// launchInto launches the binary with its standard output apart, where stdout is
// not nil.
func launchInto(t *testing.T, stdout io.Writer, args ...string) *process {
	t.Helper()
	file, err := binary()
	must(t, err)
	p := &process{t: t, cmd: exec.Command(file, args...), ended: make(chan struct{}), key: devKey}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = &p.out, &p.out, t.TempDir()
	if stdout != nil {
		p.cmd.Stdout = stdout
	}
	// A race that the detector finds ends the process with a code of its own.
	p.cmd.Env = append(os.Environ(), "GORACE=exitcode=66 halt_on_error=1")
	must(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait() // its code is in ProcessState
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		p.judge()
	})
	return p
}

// judge looks at what a process wrote: no race, no panic, and of one that
// served no number in clear.
func (p *process) judge() {
	out := p.out.String()
	if bad := brokenOutput.FindString(out); bad != "" {
		p.t.Errorf("the process says %q", bad)
	}
	if n := clearNumber.FindString(out); n != "" && p.api != "" {
		p.t.Errorf("the output shows %s, a number in clear", n)
	}
	if p.t.Failed() {
		p.t.Logf("output of %v:\n%s", p.cmd.Args[1:], tail(out, 6000))
	}
}

var (
	brokenOutput = regexp.MustCompile(`DATA RACE|panic: |fatal error: `)
	clearNumber  = regexp.MustCompile(`49151\d{6,}`) // every number that the tests send to
)

func tail(s string, n int) string {
	if len(s) > n {
		return "..." + s[len(s)-n:]
	}
	return s
}

var readyLine = regexp.MustCompile(`(?m)^ready api=(\S+) ops=(\S+)`)

// start launches the binary and waits until it serves.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := launch(t, args...)
	p.wait("the line that starts with ready", func() bool { return readyLine.MatchString(p.out.String()) })
	m := readyLine.FindStringSubmatch(p.out.String())
	p.api, p.ops = m[1], m[2]
	return p
}

// startDev runs dev on free ports; args come after, so that they win.
func startDev(t *testing.T, data string, args ...string) *process {
	t.Helper()
	return start(t, append([]string{
		"dev", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--smsc", "127.0.0.1:0", "--data", data,
	}, args...)...)
}

// startServe runs serve from a configuration.
func startServe(t *testing.T, file string) *process {
	t.Helper()
	p := start(t, "serve", "-c", file)
	p.key = serveKey
	return p
}

// wait polls until f holds, and fails when the process ends before.
func (p *process) wait(what string, f func() bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.ended:
			if !f() {
				p.t.Fatalf("the process ended with code %d before %s:\n%s", p.code(), what, tail(p.out.String(), 4000))
			}
			return
		default:
		}
		if time.Now().After(end) {
			p.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// code waits for the end and returns the exit code, -1 for a signal.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the process did not end:\n%s", tail(p.out.String(), 4000))
	}
	return p.cmd.ProcessState.ExitCode()
}

// kill is kill -9.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("kill: %v", err)
	}
	<-p.ended
}

// terminate asks the process to end and waits for it.
func (p *process) terminate() (code int) {
	p.t.Helper()
	must(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	return p.code()
}

// wantExit runs a command to its end and wants a code and words in its output.
func wantExit(t *testing.T, code int, words []string, args ...string) string {
	t.Helper()
	p := launch(t, args...)
	if got := p.code(); got != code {
		t.Errorf("%v: exit code %d, want %d:\n%s", args, got, code, p.out.String())
	}
	for _, w := range words {
		if !strings.Contains(p.out.String(), w) {
			t.Errorf("%v: the output lacks %q:\n%s", args, w, p.out.String())
		}
	}
	return p.out.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
