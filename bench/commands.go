package bench

import (
	"context"
	"flag"
	"io"
	"os"
	"time"

	"tollgate/bench/compare"
	"tollgate/bench/decide"
	"tollgate/bench/onebind"
	"tollgate/bench/send"
	"tollgate/bench/soak"
	"tollgate/bench/storebench"
	"tollgate/bench/traffic"
)

// Fraud is the one command that this package lists and does not run: it replays
// with the gateway's own parts, which cmd/tollgate puts together.
var Fraud = struct {
	Name, Short string
	Examples    []string
}{
	Name: "fraud", Short: "a policy beside three baselines on labelled traffic that nobody tuned for, with 95 % intervals",
	Examples: []string{
		"tollgate bench fraud --seeds 3001-3005",
		"tollgate bench fraud --policy configs/policies/strict.yaml --kinds adaptive --days 7",
	},
}

var commands = []*command{
	{
		name: "send", short: "load POST /v1/otp/send, open or closed loop, and report what came out",
		examples: []string{
			"tollgate bench send                                    # closed loop, 64 connections, 10 s, against make run",
			"tollgate bench send --rate 5000 --smsc 127.0.0.1:2776  # the gateway has --carrier smpp://bench:bench@127.0.0.1:2776",
			"tollgate bench send --connections 512 --baseline --json",
			"tollgate bench send --ramp 1000:10s,1000..10000:30s,10000:10s --html ramp.html --profile profiles",
			"tollgate bench send --pipeline 16 --countries DE=5,FR=3,NG=2 --distinct 1000000 --purpose login=8,withdrawal=2",
			"tollgate bench send --batch 1000 --connections 8       # POST /v1/otp/send:batch",
			"tollgate bench send --rate 2000 --attack 0.05 --smsc 127.0.0.1:2776",
		},
		flags: func(fs *flag.FlagSet) runner { c := new(sendCommand); c.Flags(fs); return c },
	},
	{
		name: "compare", short: "the same load on bare fasthttp, Kannel without and with a store, and Tollgate, in turn, as ratios",
		examples: []string{
			"tollgate bench compare",
			"tollgate bench compare --duration 10m --rounds 9 --dir /var/tmp --html compare.html --json",
			"tollgate bench compare --no-kannel --connections 512 --rate -1",
		},
		flags: func(fs *flag.FlagSet) runner { c := new(compareCommand); c.Flags(fs); return c },
	},
	{
		name: "soak", short: "a constant load for hours; fails on loss, leaks and drift",
		examples: []string{
			"tollgate bench soak --duration 2h --rate 1000",
			"tollgate bench soak --duration 20s --every 1s --rate 300  # the short form",
			"tollgate bench soak --duration 8h --rate 2000 --url http://127.0.0.1:8080 --ops http://127.0.0.1:9090 --smsc 127.0.0.1:2776 --html soak.html",
		},
		flags: func(fs *flag.FlagSet) runner { c := new(soakCommand); c.Flags(fs); return c },
	},
	{
		name: "store", short: "durable commits of each engine of the store, beside a bare log",
		examples: []string{"tollgate bench store", "tollgate bench store --writers 1,64,512 --dir /var/tmp --rounds 9 --html store.html"},
		flags:    func(fs *flag.FlagSet) runner { c := new(storeCommand); c.Flags(fs); return c },
	},
	{
		name: "decide", short: "the decision piece by piece: classification, cache, windows, policy",
		examples: []string{"tollgate bench decide", "tollgate bench decide --goroutines 1,8,64 --json"},
		flags:    func(fs *flag.FlagSet) runner { c := new(decideCommand); c.Flags(fs); return c },
	},
	{
		name: "smpp", short: "one bind: our session and carrier beside gosmpp and go-smpp, as ratios",
		examples: []string{"tollgate bench smpp --window 100 --rounds 5"},
		flags:    smppFlags,
	},
	{
		name: "traffic", short: "write labelled OTP traffic with attacks in it, for tollgate replay",
		examples: []string{
			"tollgate bench traffic --kind adaptive --seed 21 --out adaptive.jsonl",
			"tollgate bench traffic --kind crude --days 2 --rate 5000 | tollgate replay --in -",
			"tollgate bench traffic --list",
		},
		flags: func(fs *flag.FlagSet) runner { c := new(trafficCommand); c.Flags(fs); return c },
	},
	{
		name: "baseline", short: "serve the bare fasthttp handler that others are compared with",
		examples: []string{"tollgate bench baseline --listen 127.0.0.1:8090"},
		flags: func(fs *flag.FlagSet) runner {
			c := new(baselineCommand)
			fs.StringVar(&c.listen, "listen", "", "listen here until interrupted (default: on a free port until standard input ends)")
			return c
		},
	},
}

type sendCommand struct{ send.Config }

func (c *sendCommand) run(ctx context.Context, out, progress io.Writer) error {
	_, err := send.Run(ctx, c.Config, out, progress)
	return err
}

type compareCommand struct{ compare.Config }

func (c *compareCommand) run(ctx context.Context, out, progress io.Writer) error {
	_, err := compare.Run(ctx, c.Config, out, progress)
	return err
}

type soakCommand struct{ soak.Config }

func (c *soakCommand) run(ctx context.Context, out, progress io.Writer) error {
	_, err := soak.Run(ctx, c.Config, out, progress)
	return err
}

type storeCommand struct{ storebench.Config }

func (c *storeCommand) run(ctx context.Context, out, progress io.Writer) error {
	_, err := storebench.Run(ctx, c.Config, out, progress)
	return err
}

type decideCommand struct{ decide.Config }

func (c *decideCommand) run(ctx context.Context, out, progress io.Writer) error {
	_, err := decide.Run(ctx, c.Config, out, progress)
	return err
}

type smppCommand struct{ onebind.Config }

func smppFlags(fs *flag.FlagSet) runner {
	c := new(smppCommand)
	fs.IntVar(&c.Window, "window", 100, "submit_sm without a response")
	fs.IntVar(&c.Rounds, "rounds", 5, "slices of each client; the median counts")
	fs.DurationVar(&c.Slice, "slice", time.Second, "of each client")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
	return c
}

func (c *smppCommand) run(ctx context.Context, out, _ io.Writer) error {
	_, err := onebind.Run(ctx, c.Config, out)
	return err
}

type trafficCommand struct{ traffic.Command }

func (c *trafficCommand) run(ctx context.Context, out, _ io.Writer) error { return c.Run(ctx, out) }

type baselineCommand struct{ listen string }

func (c *baselineCommand) Validate() []error { return nil }

func (c *baselineCommand) run(ctx context.Context, out, _ io.Writer) error {
	if c.listen == "" {
		return send.ServeBaseline(send.UntilEOF(ctx, os.Stdin), "127.0.0.1:0", out)
	}
	return send.ServeBaseline(ctx, c.listen, out)
}
