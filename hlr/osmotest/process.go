package osmotest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take on a loaded machine.
const patience = 20 * time.Second

// need returns the path of an installed program, or skips the test. Daemons
// live where the PATH of a plain user does not look.
func need(t testing.TB, program string) string {
	t.Helper()
	for _, p := range []string{program, "/usr/sbin/" + program, "/usr/local/sbin/" + program} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	t.Skipf("%s is not installed (.ci/install gets it)", program)
	return ""
}

// process is a peer that runs until the test ends.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

// Write takes the peer's output.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = p, p, 2*time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", filepath.Base(cmd.Path), err)
	}
	go func() {
		_ = cmd.Wait() // how it ended does not matter
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			out := p.output()
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), out[max(0, len(out)-20000):])
		}
	})
	return p
}

// stop ends a peer, politely at first.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone
	select {
	case <-p.exited:
	case <-time.After(time.Second):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// says waits until the peer's output has a text n times.
func (p *process) says(t testing.TB, text string, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s says %q", filepath.Base(p.cmd.Path), text), func() bool {
		return strings.Count(p.output(), text) >= n
	})
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain: %s", patience, what)
		}
	}
}

func listening(t testing.TB, addr string) {
	t.Helper()
	eventually(t, "someone listens on "+addr, func() bool {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// ownAddress is a loopback address that nobody else listens on.
func ownAddress() string {
	return fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
}
