package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tollgate/fraud/replay"
)

var replayCommand = &command{
	name:  "replay",
	short: "put recorded traffic through a policy: what would it have decided, what would that have cost",
	long:  replayHelp,
	examples: []string{
		"tollgate replay --in traffic.jsonl",
		"tollgate replay --policy strict --in traffic.jsonl --json --decisions decisions.jsonl",
		"tollgate replay --policy mine.yaml --compare default --in traffic.jsonl.zst --html report.html",
		"tollgate replay --in traffic.jsonl --explain s4711",
		"tollgate replay --policy mine.yaml --key data/record.key --in record/traffic-20261120T120000Z-0a1b2c.tgrec",
		"tollgate replay --in monday.jsonl --in tuesday.jsonl --fit fitted.yaml --fit-signs",
	},
	run: runReplay,
}

// replayFlags are the flags of replay.
type replayFlags struct {
	config, policy, compare string
	decisions, html, price  string
	key                     string
	explain, fit            string
	in                      []string // files; several with fit alone
	json, strict, signed    bool
	ridge                   float64
}

func (f *replayFlags) declare(c *cli) {
	c.Func("in", "traffic `FILE`: JSON Lines in time order; gzip and zstd are unpacked, a sealed recording is opened with --key; - is standard input; again for more, with --fit", func(s string) error {
		f.in = append(f.in, s)
		return nil
	})
	c.StringVar(&f.key, "key", "", "key `FILE` of a recording that serve sealed; its labels stand on the sends only once it is exported (tollgate record export)")
	c.StringVar(&f.config, "c", "", "configuration `FILE` whose policies, tenants and lists decide")
	c.StringVar(&f.policy, "policy", "", "`NAME` or file of the policy for all tenants (default: the configuration's, else default)")
	c.StringVar(&f.compare, "compare", "", "`NAME` or file of a second policy, to stand beside the first")
	c.BoolVar(&f.json, "json", false, "print one JSON object instead of the tables")
	c.StringVar(&f.decisions, "decisions", "", `write each send's decision to `+"`FILE`"+`, a line of JSON each; - is standard output, which then has nothing else`)
	c.StringVar(&f.html, "html", "", "write the report with plots to `FILE`, which needs nothing from the network")
	c.StringVar(&f.explain, "explain", "", "show all that led to the decision on the send of this `ID`, instead of the tables")
	c.StringVar(&f.price, "prices", "", "what a message costs: `FILE` of region,usd (default: indicative prices)")
	c.StringVar(&f.fit, "fit", "", "estimate the policy's points from the labelled sends, and write the policy with them to `FILE`")
	c.BoolVar(&f.signed, "fit-signs", false, "with --fit: leave out what would get a sign that is not plausible")
	c.Float64Var(&f.ridge, "fit-ridge", 0, "with --fit: `WEIGHT` of the squares of the weights (default 1e-5)")
	c.BoolVar(&f.strict, "strict-input", false, "fail when a line is malformed, cut off, or earlier than one before it")
}

func (f *replayFlags) check(c *cli) error {
	switch {
	case len(f.in) == 0 || f.in[0] == "":
		return usagef("name the traffic with --in FILE")
	case c.NArg() > 0:
		return usagef("%q is no flag; the traffic is named with --in FILE", c.Arg(0))
	case f.overwrites() != "":
		return usagef("%s is read or written already: another name, so that nothing is overwritten", f.overwrites())
	case f.decisions == "-" && (f.json || f.explain != ""):
		return usagef("standard output cannot have both the decisions and something else")
	}
	return f.checkFit()
}

// overwrites names a file that is to be written and is read, or written twice.
func (f *replayFlags) overwrites() string {
	taken := []string{f.in[0], f.key}
	for _, out := range []string{f.decisions, f.html} {
		if out == "" || out == "-" {
			continue
		}
		for _, name := range taken {
			if sameFile(out, name) {
				return out
			}
		}
		taken = append(taken, out)
	}
	return ""
}

func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	is, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(is, other)
}

func runReplay(ctx context.Context, c *cli) error {
	var f replayFlags
	f.declare(c)
	if err := c.parse(); err != nil {
		return err
	}
	if err := f.check(c); err != nil {
		return err
	}
	defer tightHeap()()
	rig, err := newReplayRig(&f)
	if err != nil {
		return err
	}
	if f.fit != "" {
		return fitPolicy(ctx, &f, rig, c)
	}
	in, err := openTraffic(f.in[0], f.key)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := newReplayRun(&f, rig, c)
	if err != nil {
		return err
	}
	input, err := replay.Stream(ctx, in.Reader, r.event)
	in.done(input.Lines)
	r.input = input
	if err := errors.Join(err, r.close()); err != nil {
		return fmt.Errorf("%s: %w", f.in[0], err)
	}
	if err := r.report(c); err != nil {
		return err
	}
	return f.judge(&input)
}

// judge says whether the file was good enough. What was met was told before.
func (f *replayFlags) judge(in *replay.Input) error {
	switch {
	case f.strict && in.Lines == 0:
		return fmt.Errorf("%s: it holds no events: is it the right file?", f.in[0])
	case in.Lines > 0 && in.Malformed == in.Lines:
		return fmt.Errorf("%s: no line is an event: %s", f.in[0], in.Faults[0])
	case f.strict && len(in.Faults) > 0:
		return fmt.Errorf("%s: %s", f.in[0], in.Faults[0])
	}
	return nil
}

// report prints the report in the form that was asked for.
func (r *replayRun) report(c *cli) error {
	for _, fault := range r.input.Faults {
		fmt.Fprintf(c.err, "tollgate replay: %s: %s\n", r.flags.in[0], fault)
	}
	if r.input.Lines == 0 && !r.flags.strict {
		fmt.Fprintf(c.err, "tollgate replay: warning: %s holds no events: is it the right file?\n", r.flags.in[0])
	}
	var reports []*replay.Report
	for _, l := range r.lanes {
		reports = append(reports, l.Report(r.input))
	}
	if r.page != nil {
		if err := errors.Join(replay.HTML(r.page, reports, r.comparison), r.page.Close()); err != nil {
			return err
		}
	}
	switch {
	case r.flags.explain != "" && len(r.explained) == 0:
		return fmt.Errorf("%s has no send %q", r.flags.in[0], r.flags.explain)
	case r.flags.json:
		return r.printJSON(c, reports)
	case r.flags.explain != "":
		for _, x := range r.explained {
			if err := x.Text(c.out); err != nil {
				return err
			}
		}
		return nil
	case r.flags.decisions == "-":
		return nil
	}
	return replay.Text(c.out, reports, r.comparison)
}

// printJSON prints the first policy's report, with what was asked for beside it.
func (r *replayRun) printJSON(c *cli, reports []*replay.Report) error {
	all := struct {
		*replay.Report
		Compared    *replay.Report      `json:"compared,omitempty"`
		Differences *replay.Comparison  `json:"differences,omitempty"`
		Explained   []*replay.Explained `json:"explained,omitempty"`
	}{Report: reports[0], Differences: r.comparison, Explained: r.explained}
	if len(reports) > 1 {
		all.Compared = reports[1]
	}
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(all)
}
