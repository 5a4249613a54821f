package send

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/valyala/fasthttp"

	"tollgate/bench/proc"
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

// StartBaseline starts the baseline as a process of its own and returns its
// URL: in the generator's process it would share its scheduler and garbage
// collector, which the gateway does not. It ends when its standard input does,
// so that it never outlives this one. Without a command it is this program.
func StartBaseline(ctx context.Context, command []string) (*proc.Child, string, error) {
	if command == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, "", fmt.Errorf("start the baseline: %w", err)
		}
		command = []string{self, "bench", "baseline"}
	}
	p, line, err := proc.Start(ctx, proc.Spec{Name: "the baseline", Args: command, Ready: "http://"})
	return p, strings.TrimSpace(line), err
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
