package proc

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Child is a process that this one started.
type Child struct {
	Name  string
	cmd   *exec.Cmd
	stdin io.Closer
	tail  tail
	ended chan struct{}
	stop  sync.Once
}

// Spec says what to start.
type Spec struct {
	Name  string // in errors
	Args  []string
	Dir   string // to work in; "": ours
	Ready string // how the line begins by which it says that it serves; "": started is enough
	Start time.Duration
	Wrap  func(line string) // every line that it writes
}

// startMax is how long a child may take to serve, unless Spec.Start says.
const startMax = 20 * time.Second

// Start starts a child and returns the line by which it said that it serves.
// It has a pipe as its standard input, which ends with this process: a helper of ours
// leaves then. When ctx ends the child is asked to end (SIGTERM).
func Start(ctx context.Context, s Spec) (*Child, string, error) {
	c := &Child{Name: s.Name, cmd: exec.CommandContext(ctx, s.Args[0], s.Args[1:]...), ended: make(chan struct{})}
	c.cmd.Dir = s.Dir
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }
	c.cmd.WaitDelay = endMax
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, "", fmt.Errorf("start %s: %w", s.Name, err)
	}
	r, w := io.Pipe()
	c.cmd.Stdout, c.cmd.Stderr = w, w
	if err := c.cmd.Start(); err != nil {
		return nil, "", fmt.Errorf("start %s: %w", s.Name, err)
	}
	ready := make(chan string, 1)
	go c.read(r, &s, ready)
	go func() {
		_ = c.cmd.Wait() // how it ended is told by its output, if anybody asks
		w.Close()
		close(c.ended)
	}()
	if s.Ready == "" {
		return c, "", nil
	}
	orDefault(&s.Start, startMax)
	select {
	case line := <-ready:
		return c, line, nil
	case <-c.ended:
		return nil, "", fmt.Errorf("start %s: it ended and said:\n%s", s.Name, c.Said())
	case <-time.After(s.Start):
		c.Stop()
		return nil, "", fmt.Errorf("start %s: no line %q within %v; it said:\n%s", s.Name, s.Ready, s.Start, c.Said())
	}
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// read keeps the end of what the child writes and looks for its ready line.
func (c *Child) read(r io.Reader, s *Spec, ready chan<- string) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		c.tail.add(line)
		if s.Wrap != nil {
			s.Wrap(line)
		}
		if s.Ready != "" && strings.Contains(line, s.Ready) {
			select {
			case ready <- line:
			default: // it says so again
			}
		}
	}
	_, _ = io.Copy(io.Discard, r) // a line without an end must not block the child
}

// Pid is the child's.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Said is the end of its output.
func (c *Child) Said() string { return c.tail.String() }

// Ended says whether the child has gone.
func (c *Child) Ended() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// endMax is how long a child may take to end before it is killed.
const endMax = 10 * time.Second

// Stop asks the child to end, kills it when it does not, and waits for it. It
// may be called again.
func (c *Child) Stop() {
	c.stop.Do(func() {
		_ = c.stdin.Close()
		_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have gone by itself
		select {
		case <-c.ended:
			return
		case <-time.After(endMax):
		}
		_ = c.cmd.Process.Kill()
	})
	<-c.ended
}

// tail keeps the last lines of an output.
type tail struct {
	mu    sync.Mutex
	lines [20]string
	n     int
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines[t.n%len(t.lines)] = line
	t.n++
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b bytes.Buffer
	for i := max(0, t.n-len(t.lines)); i < t.n; i++ {
		fmt.Fprintln(&b, t.lines[i%len(t.lines)])
	}
	return b.String()
}
