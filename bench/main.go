package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ErrUsage is wrapped by errors of a wrong command line.
var ErrUsage = errors.New("wrong usage")

// command is one subcommand. flags declares its flags and returns what runs
// once they are read.
type command struct {
	name     string
	short    string
	examples []string // whole lines as one would type them, a # and why behind
	flags    func(fs *flag.FlagSet) runner
}

// runner is a command with its flags read.
type runner interface {
	// Validate lists everything that is impossible in the flags.
	Validate() []error
	// run works; progress is for people who wait.
	run(ctx context.Context, out, progress io.Writer) error
}

// Main is `tollgate bench ARGS...`: results go to out, progress to errOut. Its
// error is flag.ErrHelp after --help.
func Main(ctx context.Context, args []string, out, errOut io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: say one of %s", ErrUsage, names())
	}
	if slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		return overview(out)
	}
	i := slices.IndexFunc(commands, func(c *command) bool { return c.name == args[0] })
	if i < 0 {
		return fmt.Errorf("%w: there is no `bench %s`; say one of %s", ErrUsage, args[0], names())
	}
	cmd := commands[i]
	fs := flag.NewFlagSet("bench "+cmd.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	r := cmd.flags(fs)
	switch err := fs.Parse(args[1:]); {
	case errors.Is(err, flag.ErrHelp):
		return cmd.help(out)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUsage, err)
	case fs.NArg() > 0:
		return fmt.Errorf("%w: %q is no flag", ErrUsage, fs.Arg(0))
	}
	if errs := r.Validate(); errs != nil {
		return fmt.Errorf("%w: %w", ErrUsage, errors.Join(errs...))
	}
	return r.run(ctx, out, errOut)
}

// listed is every command that there is: Fraud is run by its caller.
func listed() []*command {
	fraud := &command{name: Fraud.Name, short: Fraud.Short, examples: Fraud.Examples}
	return slices.Insert(slices.Clone(commands), len(commands)-1, fraud)
}

func names() string {
	var list []string
	for _, c := range listed() {
		list = append(list, c.name)
	}
	return strings.Join(list, ", ")
}

func overview(out io.Writer) error {
	fmt.Fprint(out, "Usage: tollgate bench COMMAND [flags]\n\n")
	for _, c := range listed() {
		fmt.Fprintf(out, "  %-9s %s\n", c.name, c.short)
	}
	fmt.Fprint(out, "\nEvery load is bounded and stops by itself. `tollgate bench COMMAND --help` tells its flags.\n\nExamples:\n")
	for _, c := range listed() {
		for _, e := range c.examples {
			fmt.Fprintf(out, "  %s\n", e)
		}
	}
	return flag.ErrHelp
}

// help tells of one command; its flags are declared anew, so that a default is
// what it was before the command line was read.
func (c *command) help(out io.Writer) error {
	fs := flag.NewFlagSet("bench "+c.name, flag.ContinueOnError)
	c.flags(fs)
	fmt.Fprintf(out, "%s\n\nUsage: tollgate bench %s [flags]\n\nFlags:\n", c.short, c.name)
	fs.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "0s" {
			usage += fmt.Sprintf(" (default %s)", d)
		}
		fmt.Fprintf(out, "  --%s %s\n    \t%s\n", f.Name, name, usage)
	})
	fmt.Fprint(out, "\nExamples:\n")
	for _, e := range c.examples {
		fmt.Fprintf(out, "  %s\n", e)
	}
	return flag.ErrHelp
}
