package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"tollgate/bench"
	"tollgate/bench/judge"
	gen "tollgate/bench/traffic"
	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/fraud/window"
)

// baselines are the policies that every other one must be ahead of.
var baselines = []string{"rate_limit", "network_conversion", "prefix_approval"}

// fraudBench is the command line of bench fraud.
type fraudBench struct {
	policy, seeds, kinds string
	days, rate           float64
	resamples, parallel  int
}

// benchWindows hold two weeks of some ten thousand sends a day: four policies
// run at once.
var benchWindows = window.Config{Numbers: 1 << 18, Ranges: 1 << 16, IPs: 1 << 17, Devices: 1 << 16, Flows: 1 << 20, Waiting: 1 << 15, Seed: 1}

// benchFraudCommand is what its --help says; bench runs it.
var benchFraudCommand = &command{name: "bench " + bench.Fraud.Name, short: bench.Fraud.Short, examples: bench.Fraud.Examples}

// benchFraud is `tollgate bench fraud`: it generates labelled traffic, replays it
// with a policy and the baselines, and prints one table for each kind of
// traffic, with 95 % intervals. What people are refused is told in two parts: for
// their line alone, by a rule, and else. Seeds 1 to 20 are for tuning; what is reported
// is of seeds that nobody has looked at.
func benchFraud(ctx context.Context, c *cli) error {
	var b fraudBench
	c.StringVar(&b.policy, "policy", "default", "`NAME` or file of the policy to judge")
	c.StringVar(&b.seeds, "seeds", "3001-3005", "`RANGE` or list of seeds of the traffic")
	c.StringVar(&b.kinds, "kinds", "crude,adaptive,drift", "`LIST` of kinds of traffic")
	c.Float64Var(&b.days, "days", 14, "that each file spans")
	c.Float64Var(&b.rate, "rate", 9000, "benign sends a day")
	c.IntVar(&b.resamples, "resamples", 500, "of files and campaigns, for the intervals")
	c.IntVar(&b.parallel, "parallel", 2, "`FILES` at a time, which take some 700 MB of memory each")
	c.args = c.args[1:] // "fraud"
	if err := c.parse(); err != nil {
		return err
	}
	if c.NArg() > 0 {
		return usagef("bench fraud: %q is no flag", c.Arg(0))
	}
	if !(b.days > 0 && b.rate > 0) { // 0 would be the generator's default
		return usagef("bench fraud: --days and --rate must be above 0")
	}
	seeds, err := parseSeeds(b.seeds)
	if err != nil {
		return err
	}
	rig, err := newReplayRig(&replayFlags{policy: b.policy})
	if err != nil {
		return err
	}
	rig.windows = benchWindows
	for _, name := range baselines {
		text, err := configs.FS.ReadFile("policies/baselines/" + name + ".yaml")
		if err != nil {
			return err
		}
		p, err := fraud.LoadPolicy(name, text)
		if err != nil {
			return err
		}
		rig.policies = append(rig.policies, p)
	}
	for _, kind := range strings.Split(b.kinds, ",") {
		if err := b.judge(ctx, c, rig, gen.Kind(kind), seeds); err != nil {
			return err
		}
	}
	return nil
}

// parseSeeds reads 3001-3005 or 3,7,9.
func parseSeeds(text string) (seeds []uint64, err error) {
	for _, part := range strings.Split(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err1 := strconv.ParseUint(first, 10, 32)
		to, err2 := strconv.ParseUint(last, 10, 32)
		if err1 != nil || err2 != nil || to < from || to-from > 1000 {
			return nil, usagef("--seeds %q: say 3001-3005 or 3,7,9", text)
		}
		for s := from; s <= to; s++ {
			seeds = append(seeds, s)
		}
	}
	return seeds, nil
}

// verdict is one policy over all files of a kind.
type verdict struct {
	policy      *fraud.Policy
	sample      *judge.Sample
	calibration float64
	groups      map[string]*refusals // people's, by the population's name
}

// refusals is what became of one population's sends.
type refusals struct{ sends, refused, byLine int64 }

func newVerdicts(rig *replayRig) (all []*verdict) {
	for _, p := range rig.policies {
		all = append(all, &verdict{policy: p, sample: judge.NewSample(), groups: map[string]*refusals{}})
	}
	return all
}

// judge puts the files of a kind through all policies, some at a time, and adds
// them up in the order of their seeds.
func (b *fraudBench) judge(ctx context.Context, c *cli, rig *replayRig, kind gen.Kind, seeds []uint64) error {
	files, errs := make([][]*verdict, len(seeds)), make([]error, len(seeds))
	var wait sync.WaitGroup
	free := make(chan struct{}, max(1, b.parallel))
	for i, seed := range seeds {
		cfg := gen.Config{Kind: kind, Seed: seed, Rate: b.rate, Duration: time.Duration(b.days * 24 * float64(time.Hour))}
		if err := errors.Join(cfg.Validate()...); err != nil {
			return usageError{err}
		}
		files[i] = newVerdicts(rig)
		free <- struct{}{}
		wait.Go(func() {
			errs[i] = replayGenerated(ctx, rig, cfg, files[i])
			<-free
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	all := newVerdicts(rig)
	for _, file := range files {
		for i, v := range file {
			all[i].append(v)
		}
	}
	return b.print(c.out, kind, len(seeds), all)
}

// replayGenerated generates a file and puts it through all policies as it comes.
func replayGenerated(ctx context.Context, rig *replayRig, cfg gen.Config, all []*verdict) error {
	from, to := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(to, 1<<18)
		_, err := gen.Generate(cfg, out)
		to.CloseWithError(errors.Join(err, out.Flush()))
	}()
	defer from.Close()
	var lanes []*replay.Lane
	for _, v := range all {
		v.sample.File()
		lanes = append(lanes, &replay.Lane{Name: v.policy.Version(), Engine: rig.engine(replay.Same(v.policy)), Tally: replay.NewTally(rig.price)})
	}
	in, err := replay.Stream(ctx, replay.NewReader(from), func(e *replay.Event) error {
		for i, l := range lanes {
			if d := l.Feed(e); d != nil && len(e.Label) > 0 {
				all[i].add(e.Label, &d.Decision)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, l := range lanes {
		all[i].note(l.Report(in))
	}
	return nil
}

func (v *verdict) append(o *verdict) {
	v.sample.Append(o.sample)
	v.calibration = max(v.calibration, o.calibration)
	for name, n := range o.groups {
		sum := v.group(name)
		sum.sends, sum.refused, sum.byLine = sum.sends+n.sends, sum.refused+n.refused, sum.byLine+n.byLine
	}
}

func (v *verdict) group(name string) *refusals {
	g := v.groups[name]
	if g == nil {
		g = &refusals{}
		v.groups[name] = g
	}
	return g
}

func (v *verdict) add(label []byte, d *fraud.Decision) {
	allowed := d.Shown() == fraud.Allow
	kind, group, _ := strings.Cut(string(label), ":")
	if kind != benignLabel {
		v.sample.Add(string(label), d.Score, allowed)
		return
	}
	v.sample.Add("", d.Score, allowed)
	g := v.group(group)
	g.sends++
	if !allowed {
		g.refused++
		if lineRules[d.Rule] && d.Score < v.policy.StepUp() {
			g.byLine++
		}
	}
}

// lineRules are the rules that ask for more proof, or freeze, because the line is
// not what it was, or no mobile one. People whose SIM is new are asked on purpose.
var lineRules = map[string]bool{"sim_changed": true, "sim_swap": true, "vanished": true, "ported": true, "not_mobile": true, "identity_unknown": true}

// note adds what the report of a file knows.
func (v *verdict) note(r *replay.Report) {
	if r.Calibration != nil {
		v.calibration = max(v.calibration, *r.Calibration)
	}
}

// refused is what part of the sends of some groups was refused, and of these
// that which the line alone was asked for.
func (v *verdict) refused(of func(group string) bool) (all, byLine float64) {
	var sum refusals
	for name, n := range v.groups {
		if of(name) {
			sum.sends, sum.refused, sum.byLine = sum.sends+n.sends, sum.refused+n.refused, sum.byLine+n.byLine
		}
	}
	sends := float64(max(1, sum.sends))
	return float64(sum.refused) / sends, float64(sum.byLine) / sends
}

func (b *fraudBench) print(out io.Writer, kind gen.Kind, files int, all []*verdict) error {
	fmt.Fprintf(out, "%s, %d files of %g days:\n", kind, files, b.days)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "policy\tROC AUC\trecall at 0.1 %\trecall at 1 %\tallowed, median\tallowed, p95\tpeople refused\tfor their line\telse\tflash\tcgnat\toutage\tcompany\tcalibration\t")
	for _, v := range all {
		r := v.sample.Judge(b.resamples, 1)
		fmt.Fprint(w, v.policy.Name())
		for i, x := range r {
			format := "\t%.3f [%.3f, %.3f]"
			if i == 3 || i == 4 {
				format = "\t%.0f [%.0f, %.0f]"
			}
			fmt.Fprintf(w, format, x.Value, x.Low, x.High)
		}
		all, byLine := v.refused(func(string) bool { return true })
		fmt.Fprintf(w, "\t%.4f\t%.4f", byLine, all-byLine)
		for _, group := range []string{"flash", "cgnat", "outage", "company"} {
			all, byLine := v.refused(func(g string) bool { return g == group })
			fmt.Fprintf(w, "\t%.4f", all-byLine)
		}
		fmt.Fprintf(w, "\t%.4f\t\n", v.calibration)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out)
	return err
}
