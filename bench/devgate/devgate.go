// Package devgate runs a Tollgate of its own for a measurement: `tollgate dev`
// as a child process, with policy observe, so that every check is made and
// nothing refused, data in a temporary directory, and our carrier behind it.
package devgate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"tollgate/bench/proc"
)

// Config says what to start. A zero field means its default.
type Config struct {
	Command []string // the program; default: this one
	Dir     string   // where its data is made and removed again; default: the system's place for such
	Carrier string   // HOST:PORT that it binds to
	Window  int      // of that bind; default 1000
	Links   int      // binds; default 1
	Args    []string // more flags of dev
}

// Gateway is one that runs.
type Gateway struct {
	*proc.Child
	URL string // of its API, http://HOST:PORT
	Ops *proc.Ops
	dir string
}

// Key is the API key of dev, which listens on loopback only.
const Key = "dev-key"

var readyLine = regexp.MustCompile(`^ready api=(\S+) ops=(\S+)`)

// Start starts a gateway and waits until it serves.
func Start(ctx context.Context, c Config) (*Gateway, error) {
	command, err := Self(c.Command)
	if err != nil {
		return nil, err
	}
	if c.Window == 0 {
		c.Window = 1000
	}
	if c.Links == 0 {
		c.Links = 1
	}
	dir, err := os.MkdirTemp(c.Dir, "tollgate-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the gateway's data: %w", err)
	}
	args := append(command, "dev", "--policy", "observe", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--data", filepath.Join(dir, "data"),
		"--carrier", fmt.Sprintf("smpp://bench:bench@%s?name=sink&window=%d&links=%d", c.Carrier, c.Window, c.Links))
	child, line, err := proc.Start(ctx, proc.Spec{Name: "tollgate", Args: append(args, c.Args...), Dir: dir, Ready: "ready api="})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	g := &Gateway{Child: child, dir: dir}
	m := readyLine.FindStringSubmatch(line)
	if m == nil {
		g.Stop()
		return nil, fmt.Errorf("start tollgate: it said %q, not where it listens", line)
	}
	g.URL, g.Ops = m[1], &proc.Ops{URL: m[2]}
	return g, nil
}

// Self is the command, or this program.
func Self(command []string) ([]string, error) {
	if command != nil {
		return append([]string(nil), command...), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, to start it as a gateway: %w", err)
	}
	return []string{self}, nil
}

// Stop ends the gateway and removes its data.
func (g *Gateway) Stop() {
	g.Child.Stop()
	_ = os.RemoveAll(g.dir) // in a directory for what is temporary
}
