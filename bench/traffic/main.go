package traffic

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// Command is the command line of `tollgate bench traffic`.
type Command struct {
	Config
	Out  string // file; "-": standard output
	List bool   // print the populations instead
}

// Flags declares the command's flags.
func (c *Command) Flags(fs *flag.FlagSet) {
	c.Config.Flags(fs)
	fs.StringVar(&c.Out, "out", "-", "`FILE` to write; -: standard output, the statistics to standard error")
	fs.BoolVar(&c.List, "list", false, "say what populations and attacks there are, and stop")
}

// Run writes the traffic, or the list.
func (c *Command) Run(ctx context.Context, out io.Writer) error {
	if c.List {
		List(out)
		return nil
	}
	if c.Out == "-" {
		stats, err := Generate(c.Config, stopping{ctx, out})
		stats.Write(os.Stderr)
		return err
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return fmt.Errorf("write the traffic: %w", err)
	}
	stats, err := Generate(c.Config, stopping{ctx, f})
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the traffic: %w", err)
	}
	stats.Write(out)
	return nil
}

// stopping is a writer that fails once the context is done.
type stopping struct {
	ctx context.Context
	to  io.Writer
}

func (s stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.to.Write(b)
}

// List prints every benign group and every kind of attack, a line each.
func List(out io.Writer) {
	fmt.Fprintln(out, "Benign groups (label legit:GROUP), with their share of benign sends:")
	for _, p := range populations {
		share := "     -"
		if p.share > 0 {
			share = fmt.Sprintf("%4.1f %%", 100*p.share)
		}
		fmt.Fprintf(out, "  %-16s %s  %s\n", p.group, share, p.about)
	}
	fmt.Fprintln(out, "Attacks (label KIND:INSTANCE):")
	for _, a := range attacks {
		fmt.Fprintf(out, "  %-16s  %s\n", a.name, a.about)
	}
}
