package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/refit"
	"tollgate/fraud/replay"
)

const benignLabel = "legit"

// fitPolicy estimates the policy's points from the labelled sends of all files,
// each replayed with a cold start, and writes the policy with the new ones.
func fitPolicy(ctx context.Context, f *replayFlags, rig *replayRig, c *cli) error {
	policy := rig.policies[0]
	text, err := rig.policyText()
	if err != nil {
		return err
	}
	sample := refit.NewSample(policy)
	for _, file := range f.in {
		if err := sampleFile(ctx, file, f.key, rig.engine(replay.Same(policy)), sample); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if sample.Skipped > 0 {
		fmt.Fprintf(c.err, "tollgate replay: only the first %d labelled sends were used, %d were not\n", refit.MaxRows, sample.Skipped)
	}
	fit, err := sample.Solve(refit.Options{Ridge: f.ridge, Signed: f.signed})
	if err != nil {
		return err
	}
	text, err = fraud.SetPoints(text, fit.Points())
	if err == nil {
		_, err = fraud.LoadPolicy("fitted", text)
	}
	if err != nil {
		return fmt.Errorf("the fitted policy: %w", err)
	}
	if err := os.WriteFile(f.fit, text, 0o644); err != nil {
		return usageError{err}
	}
	return printFit(c, f, policy, sample, fit)
}

func sampleFile(ctx context.Context, file, key string, engine *replay.Engine, sample *refit.Sample) error {
	in, err := openTraffic(file, key)
	if err != nil {
		return err
	}
	defer in.Close()
	input, err := replay.Stream(ctx, in.Reader, func(e *replay.Event) error {
		if d := engine.Feed(e); d != nil && len(e.Label) > 0 {
			kind, _, _ := strings.Cut(string(e.Label), ":")
			sample.Add(d.Facts, kind != benignLabel)
		}
		return nil
	})
	in.done(input.Lines)
	return err
}

// policyText is the file of the first policy.
func (rig *replayRig) policyText() ([]byte, error) {
	name := rig.policies[0].Name()
	if file := rig.files[name]; file != "" {
		return os.ReadFile(file)
	}
	return configs.FS.ReadFile("policies/" + name + ".yaml")
}

// printFit shows the points beside the present ones, and warns of signs that
// are not plausible.
func printFit(c *cli, f *replayFlags, policy *fraud.Policy, sample *refit.Sample, fit *refit.Fit) error {
	fmt.Fprintf(c.out, "policy %s fitted on %d labelled sends, %d of them attacks: loss %.5f nats, calibration error %.4f, %.1f points a nat; %d rounds\n\n",
		policy.Version(), sample.Sends(), sample.Attacks, fit.Loss, fit.Error, fit.Nat, fit.Rounds)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "signal\tpart\tshown by\tnow\tfitted\t")
	implausible := 0
	for i := range fit.Terms {
		t := &fit.Terms[i]
		note := ""
		if t.Implausible {
			note, implausible = "sign is not plausible", implausible+1
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%g\t%g\t%s\n", t.Code, part(t.Term), t.Shown, t.Term.Points, t.Points, note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if implausible > 0 {
		fmt.Fprintf(c.err, "tollgate replay: warning: %d parts have a sign that is not plausible: few sends show them, or others say the same; --fit-signs leaves them out\n", implausible)
	}
	fmt.Fprintf(c.out, "\nwritten to %s: try it with tollgate replay --policy %s --compare %s on other traffic, and fit again with it\n", f.fit, f.fit, policy.Name())
	return nil
}

// part says which part of a signal a term is.
func part(t fraud.Term) string {
	switch {
	case t.To > 0:
		return fmt.Sprintf("%g to %g", t.From, t.To)
	case t.Within > 0:
		return "within " + t.Within.String()
	}
	return ""
}

// checkFit says what does not go with --fit, and what only does.
func (f *replayFlags) checkFit() error {
	switch {
	case f.fit == "" && (f.signed || f.ridge != 0):
		return usagef("--fit-signs and --fit-ridge go with --fit")
	case f.fit == "" && len(f.in) > 1:
		return usagef("only --fit takes several files: a campaign of one is not a campaign of another")
	case f.fit != "" && (f.compare != "" || f.explain != "" || f.decisions != "" || f.html != "" || f.json):
		return usagef("--fit does nothing else: leave out --compare, --explain, --decisions, --html and --json")
	case f.ridge < 0:
		return errors.New("--fit-ridge is not below 0")
	}
	return nil
}
