package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"tollgate/fraud/replay"
)

var replayCommand = &command{
	name:  "replay",
	short: "put recorded traffic through a policy: what would it have decided, what would that have cost",
	examples: []string{
		"tollgate replay --in traffic.jsonl",
		"tollgate replay --policy strict --in traffic.jsonl --json --decisions decisions.jsonl",
	},
	run: runReplay,
}

// replayFlags are the flags of replay.
type replayFlags struct {
	config, policy, in, decisions, prices string
	json                                  bool
}

func runReplay(ctx context.Context, c *cli) error {
	var f replayFlags
	c.StringVar(&f.config, "c", "", "configuration `FILE` whose policies, tenants and lists decide")
	c.StringVar(&f.policy, "policy", "", "default, strict, observe, or a policy `FILE` (default: the configuration's, else default)")
	c.StringVar(&f.in, "in", "", "traffic `FILE`, JSON Lines in time order; - is standard input")
	c.StringVar(&f.decisions, "decisions", "", "write each send's decision to `FILE`, a line each")
	c.StringVar(&f.prices, "prices", "", "what a message costs: CSV `FILE` of region,usd (default: indicative prices)")
	c.BoolVar(&f.json, "json", false, "print one JSON object")
	if err := c.parse(); err != nil {
		return err
	}
	if f.in == "" || c.NArg() > 0 {
		return usagef("name the traffic with --in FILE")
	}
	rig, err := newReplayRig(&f)
	if err != nil {
		return err
	}
	in, err := openTraffic(f.in)
	if err != nil {
		return err
	}
	defer in.Close()
	return rig.run(ctx, c, &f, in)
}

func openTraffic(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, usageError{err}
	}
	return in, nil
}

func (rig *replayRig) run(ctx context.Context, c *cli, f *replayFlags, in io.Reader) (err error) {
	engine, tally := rig.engine(), replay.NewTally(rig.price)
	var lines *bufio.Writer
	if f.decisions != "" {
		out, err := os.Create(f.decisions)
		if err != nil {
			return err
		}
		defer out.Close()
		lines = bufio.NewWriterSize(out, 1<<18)
	}
	var line []byte
	input, err := replay.Stream(ctx, replay.NewReader(in), func(e *replay.Event) error {
		d := engine.Feed(e)
		if d == nil {
			return nil
		}
		tally.Add(d)
		if lines == nil {
			return nil
		}
		line = d.AppendLine(line[:0])
		_, err := lines.Write(line)
		return err
	})
	if lines != nil {
		err = errors.Join(err, lines.Flush())
	}
	if err != nil {
		return err
	}
	for _, fault := range input.Faults {
		fmt.Fprintf(c.err, "tollgate replay: %s: %v\n", f.in, fault)
	}
	report := tally.Report(rig.name, input, &engine.Counts)
	if f.json {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "%s\n", text)
		return err
	}
	return report.Text(c.out)
}
