package main

import (
	"context"
	"errors"
	"flag"

	"tollgate/bench"
)

var benchCommand = &command{
	name:  "bench",
	args:  "send|compare|soak|store|decide|smpp|traffic|fraud|baseline",
	short: "load a gateway and measure it, beside a bare HTTP server and Kannel in the same run",
	examples: []string{
		"tollgate bench send --help", "tollgate bench send --rate 1000 --duration 10s",
		"tollgate bench compare --html compare.html", "tollgate bench soak --duration 2h", "tollgate bench smpp",
		"tollgate bench fraud --seeds 3001-3005",
	},
	run: func(ctx context.Context, c *cli) error {
		if err := c.FlagSet.Parse(nil); err != nil { // each subcommand reads its own
			return err
		}
		if len(c.args) > 0 && c.args[0] == bench.Fraud.Name {
			err := benchFraud(ctx, c)
			if errors.Is(err, flag.ErrHelp) {
				help(c.out, benchFraudCommand, c)
				return nil
			}
			return err
		}
		err := bench.Main(ctx, c.args, c.out, c.err)
		switch {
		case errors.Is(err, flag.ErrHelp): // it has told its flags itself
			return nil
		case errors.Is(err, bench.ErrUsage):
			return usageError{err}
		}
		return err
	},
}
