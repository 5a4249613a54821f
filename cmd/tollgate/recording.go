package main

import (
	"context"
	"fmt"
	"io"

	"tollgate/fraud"
	"tollgate/gateway/record"
)

// openRecorder starts recording, where the configuration says so.
func (a *app) openRecorder() error {
	r := &a.cfg.Record
	if r.Dir == "" {
		return nil
	}
	key, err := record.LoadKey(r.KeyFile, true)
	if err != nil {
		return err
	}
	a.recorder, err = record.New(record.Config{
		Dir: r.Dir, Key: key, MaxBytes: int64(r.MaxBytes), MaxAge: r.MaxAge, Keep: r.Keep, KeepBytes: int64(r.KeepBytes), Log: a.log,
	}, a.reg)
	return err
}

var recordCommand = &command{
	name:  "record",
	args:  "export | verify FILE...",
	short: "open recordings of traffic as JSON Lines, or make their decisions again",
	long: "Recordings are what serve writes where the configuration has a record section.\n" +
		"export opens them, in the order given, and puts the labels that people gave later\n" +
		"onto their sends; `tollgate replay` reads the result. With --pseudonyms numbers and\n" +
		"addresses keep shared prefixes, and every other identifier is hashed: for sharing.\n" +
		"verify makes every recorded decision again from its facts and the policy of its\n" +
		"version, and compares bit for bit.",
	examples: []string{
		"tollgate record export --key data/record.key record/traffic-*.tgrec > yesterday.jsonl",
		"tollgate record export --key data/record.key --pseudonyms --recipient university record/*.tgrec > shared.jsonl",
		"tollgate record verify --key data/record.key --policies data/policies record/*.tgrec",
	},
	run: runRecord,
}

func runRecord(_ context.Context, c *cli) error {
	keyFile := c.String("key", "", "key file of the recordings (required)")
	pseudonyms := c.Bool("pseudonyms", false, "replace every identifier")
	recipient := c.String("recipient", "", "whom the pseudonyms are for: two recipients' cannot be put side by side")
	keep := c.Int("keep-digits", record.DefaultKeep, "digits behind the country code that pseudonyms of numbers leave as they are")
	decisions := c.Bool("decisions", false, "write what was decided too, with its facts; not with --pseudonyms")
	policies := c.String("policies", "data/policies", "verify: where serve keeps the policies that decided, in its data directory")
	action := ""
	if len(c.args) > 0 && (c.args[0] == "export" || c.args[0] == "verify") {
		action, c.args = c.args[0], c.args[1:]
	}
	if err := c.parse(); err != nil {
		return err
	}
	if action == "" || c.NArg() == 0 || *keyFile == "" {
		return usagef("say export or verify, --key FILE, and the recordings")
	}
	if *keep < 0 || *keep > 12 || *decisions && *pseudonyms {
		return usagef("keep-digits is 0 to 12, and decisions do not go with pseudonyms")
	}
	key, err := record.LoadKey(*keyFile, false)
	if err != nil {
		return usageError{err}
	}
	if action == "verify" {
		return verify(c, key, *policies)
	}
	cfg := record.ExportConfig{Key: key, Files: c.Args(), Decisions: *decisions}
	if *pseudonyms {
		cfg.Pseudonyms = key.Pseudonyms(*recipient, *keep)
	}
	return export(c.out, c.err, cfg)
}

func verify(c *cli, key *record.Key, policies string) error {
	v, err := record.Verify(c.Args(), key, func(version string) *fraud.Policy { return keptPolicy(policies, version) })
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d decisions are the same again, %d differ, of %d the policy is not in %s\n", v.Same, v.Different, v.Unknown, policies)
	if v.Different > 0 {
		return fmt.Errorf("among those that differ: %v", v.Examples)
	}
	return nil
}

func export(out, log io.Writer, cfg record.ExportConfig) error {
	done, err := record.Export(out, cfg)
	for _, path := range done.Truncated {
		fmt.Fprintf(log, "%s has no end mark: it is being written, or a crash or somebody cut it; all before is whole\n", path)
	}
	if err == nil {
		fmt.Fprintf(log, "%d lines, %d sends with a label\n", done.Lines, done.Labelled)
	}
	return err
}
