package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"tollgate/bench/onebind"
	"tollgate/bench/traffic"
)

// ErrUsage is wrapped by errors of a wrong command line.
var ErrUsage = errors.New("wrong usage")

const usage = `Usage:
  tollgate bench send [flags]      load POST /v1/otp/send and report what came out
  tollgate bench smpp [flags]      one bind: our session and carrier beside gosmpp and go-smpp, as ratios
  tollgate bench traffic [flags]   write labelled OTP traffic with attacks in it, for tollgate replay
  tollgate bench baseline          serve the bare fasthttp handler that --baseline compares with

Examples:
  tollgate bench send                                    # closed loop, 64 connections, 10 s, against make run
  tollgate bench send --rate 5000 --smsc 127.0.0.1:2776  # open loop; the gateway has --carrier smpp://bench:bench@127.0.0.1:2776
  tollgate bench send --connections 512 --baseline --json
  tollgate bench smpp --window 100 --rounds 5
  tollgate bench traffic --kind adaptive --seed 21 --out adaptive.jsonl
  tollgate bench traffic --kind crude --days 2 --rate 5000 | tollgate replay --in -
  tollgate bench traffic --list

Flags of bench send:
`

// Main is `tollgate bench ARGS...`. Its error is flag.ErrHelp after --help.
func Main(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: say `bench send`, `bench smpp`, `bench traffic` or `bench baseline`", ErrUsage)
	}
	var c Config
	fs := flag.NewFlagSet("bench "+args[0], flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var listen string
	var bind onebind.Config
	var generate traffic.Command
	switch args[0] {
	case "send":
		c.Flags(fs)
	case "smpp":
		smppFlags(fs, &bind)
	case "traffic":
		generate.Flags(fs)
	case "baseline":
		fs.StringVar(&listen, "listen", "", "listen here until interrupted (default: on a free port until standard input ends)")
	case "-h", "--help", "help":
		return help(out, &c)
	default:
		return fmt.Errorf("%w: there is no `bench %s`", ErrUsage, args[0])
	}
	switch err := fs.Parse(args[1:]); {
	case errors.Is(err, flag.ErrHelp):
		return help(out, &c)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUsage, err)
	case fs.NArg() > 0:
		return fmt.Errorf("%w: %q is no flag", ErrUsage, fs.Arg(0))
	}
	if args[0] == "baseline" && listen == "" {
		return ServeBaseline(UntilEOF(ctx, os.Stdin), "127.0.0.1:0", out)
	} else if args[0] == "baseline" {
		return ServeBaseline(ctx, listen, out)
	}
	switch args[0] {
	case "smpp":
		return runSMPP(ctx, bind, out)
	case "traffic":
		return runTraffic(ctx, generate, out)
	}
	if errs := c.Validate(); errs != nil {
		return fmt.Errorf("%w: %w", ErrUsage, errors.Join(errs...))
	}
	_, err := Run(ctx, c, out)
	return err
}

func smppFlags(fs *flag.FlagSet, c *onebind.Config) {
	fs.IntVar(&c.Window, "window", 100, "submit_sm without a response")
	fs.IntVar(&c.Rounds, "rounds", 5, "slices of each client; the median counts")
	fs.DurationVar(&c.Slice, "slice", time.Second, "of each client")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
}

func runSMPP(ctx context.Context, c onebind.Config, out io.Writer) error {
	if errs := c.Validate(); errs != nil {
		return fmt.Errorf("%w: %w", ErrUsage, errors.Join(errs...))
	}
	_, err := onebind.Run(ctx, c, out)
	return err
}

func runTraffic(ctx context.Context, c traffic.Command, out io.Writer) error {
	if errs := c.Validate(); errs != nil {
		return fmt.Errorf("%w: %w", ErrUsage, errors.Join(errs...))
	}
	return c.Run(ctx, out)
}

func help(out io.Writer, c *Config) error {
	fmt.Fprint(out, usage)
	fs := flag.NewFlagSet("bench send", flag.ContinueOnError)
	c.Flags(fs)
	printFlags(out, fs)
	fmt.Fprint(out, "\nFlags of bench smpp:\n")
	fs = flag.NewFlagSet("bench smpp", flag.ContinueOnError)
	smppFlags(fs, new(onebind.Config))
	printFlags(out, fs)
	fmt.Fprint(out, "\nFlags of bench traffic:\n")
	fs = flag.NewFlagSet("bench traffic", flag.ContinueOnError)
	new(traffic.Command).Flags(fs)
	printFlags(out, fs)
	return flag.ErrHelp
}

// printFlags lists flags with the two dashes that the examples have.
func printFlags(out io.Writer, fs *flag.FlagSet) {
	fs.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(out, "  --%s %s\n    \t%s\n", f.Name, name, usage)
	})
}
