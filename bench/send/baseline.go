package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// baselineAnswer is 100 octets, about what an accepted send answers.
var baselineAnswer = []byte(`{"id":"otp_00000000000000000000000000","status":"accepted","to":"+4915100000000","score":0,"x":"12"}`)

// ServeBaseline serves a bare fasthttp handler until ctx ends: it reads the
// request and answers 202 with 100 octets. It prints its URL first.
func ServeBaseline(ctx context.Context, addr string, out io.Writer) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen as the baseline: %w", err)
	}
	srv := &fasthttp.Server{
		Name: "baseline", NoDefaultDate: true,
		Handler: func(rc *fasthttp.RequestCtx) {
			rc.SetStatusCode(fasthttp.StatusAccepted)
			rc.SetContentType("application/json")
			rc.SetBody(baselineAnswer)
		},
	}
	fmt.Fprintf(out, "http://%s\n", l.Addr())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return srv.Shutdown()
	}
}

// process is the baseline running apart: in the generator's own process it
// would share its scheduler and garbage collector, which the gateway does not.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	url   string
}

// baselineStart bounds how long the second process may take to serve.
const baselineStart = 10 * time.Second

// startBaseline starts the second process. It ends when its standard input
// does, so that it never outlives this one.
func startBaseline(ctx context.Context, c *Config) (*process, error) {
	args := c.BaselineCommand
	if args == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("start the baseline: %w", err)
		}
		args = []string{self, "bench", "baseline"}
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the baseline: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the baseline: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the baseline: %w", err)
	}
	p := &process{cmd: cmd, stdin: stdin}
	late := time.AfterFunc(baselineStart, func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	late.Stop()
	if p.url = strings.TrimSpace(line); err != nil || !strings.HasPrefix(p.url, "http://") {
		p.stop()
		return nil, fmt.Errorf("start the baseline: it said %q, not its URL", p.url)
	}
	return p, nil
}

func (p *process) stop() {
	_ = p.stdin.Close()
	late := time.AfterFunc(time.Second, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	_ = p.cmd.Wait() // killed or not, nothing depends on how it ended
}

// UntilEOF returns a context that ends when r does: a helper process reads its
// standard input that way and leaves with the process that started it.
func UntilEOF(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r)
	}()
	return ctx
}
