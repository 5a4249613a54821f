// Command tollgate is the SMS gateway and fraud-scoring proxy for one-time
// codes: the server, its development set-up, and the tools around it.
//
// main knows every package and does nothing itself: each command is a file
// of its own, and app.go puts the gateway together from a configuration.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one subcommand. Its run gets the arguments behind its name.
type command struct {
	name  string
	args  string // behind the flags
	short string
	long  string // what --help says beside flags and examples
	// examples are whole lines as one would type them.
	examples []string
	run      func(ctx context.Context, c *cli) error
}

// cli is what a command works with.
type cli struct {
	*flag.FlagSet
	args []string
	out  io.Writer
	err  io.Writer
}

// parse reads the flags; a command calls it once it has declared them.
func (c *cli) parse() error {
	if err := c.FlagSet.Parse(c.args); err != nil {
		return err
	}
	return nil
}

// usageError ends with exit code 2.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func commands() []*command {
	return []*command{
		devCommand, serveCommand, checkConfigCommand, smscCommand, sendCommand, lookupCommand,
		eraseCommand, demoCommand, replayCommand, benchCommand, hashKeyCommand, versionCommand,
		listsCommand, recordCommand,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run finds the command and turns its error into an exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	all := commands()
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		overview(stdout, all)
		if len(args) == 0 {
			return exitUsage
		}
		return exitDone
	}
	i := slices.IndexFunc(all, func(c *command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(stderr, "tollgate: there is no command %q; `tollgate help` lists them\n", args[0])
		return exitUsage
	}
	cmd := all[i]
	c := &cli{FlagSet: flag.NewFlagSet(cmd.name, flag.ContinueOnError), args: args[1:], out: stdout, err: stderr}
	c.SetOutput(io.Discard) // errors and usage are printed here, once
	err := cmd.run(ctx, c)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, flag.ErrHelp):
		help(stdout, cmd, c)
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "tollgate %s: %v\n", cmd.name, err)
		return exitUsage
	case !c.Parsed() || isFlagError(err):
		fmt.Fprintf(stderr, "tollgate %s: %v\n`tollgate %s --help` tells its flags\n", cmd.name, err, cmd.name)
		return exitUsage
	}
	fmt.Fprintf(stderr, "tollgate %s: %v\n", cmd.name, err)
	return exitFailed
}

// isFlagError recognises the flag package's own complaints, which have no type.
func isFlagError(err error) bool {
	s := err.Error()
	return strings.HasPrefix(s, "flag provided but not defined") || strings.HasPrefix(s, "invalid value") ||
		strings.HasPrefix(s, "invalid boolean") || strings.HasPrefix(s, "flag needs an argument")
}

func overview(w io.Writer, all []*command) {
	fmt.Fprint(w, "Tollgate: an SMS gateway and fraud-scoring edge proxy for one-time codes.\n\nUsage: tollgate COMMAND [flags]\n\n")
	for _, c := range all {
		fmt.Fprintf(w, "  %-13s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, "\n`tollgate COMMAND --help` tells its flags, with examples.\n")
}

func help(w io.Writer, cmd *command, c *cli) {
	fmt.Fprintf(w, "%s\n\nUsage: tollgate %s [flags] %s\n", cmd.short, cmd.name, cmd.args)
	if cmd.long != "" {
		fmt.Fprintf(w, "\n%s\n", cmd.long)
	}
	title := "\nFlags:\n"
	c.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, "%s  --%s %s\n    \t%s\n", title, f.Name, name, usage)
		title = ""
	})
	fmt.Fprint(w, "\nExamples:\n")
	for _, e := range cmd.examples {
		fmt.Fprintf(w, "  %s\n", e)
	}
}

// list collects a flag that may be given many times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }
