package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud/numbering"
	"tollgate/gateway/config"
	"tollgate/hlr"
)

var lookupCommand = &command{
	name:  "lookup",
	args:  "MSISDN",
	short: "ask the configured providers for everything they know of a number",
	examples: []string{
		"tollgate lookup --hlr static:configs/subscribers.example.yaml +4915112345678",
		"tollgate lookup -c tollgate.yaml +4915112345678",
	},
	run: runLookup,
}

func runLookup(ctx context.Context, c *cli) error {
	var providers list
	file := c.String("c", "", "configuration file whose providers are asked")
	region := c.String("region", "", "region of a number without country code, as in DE")
	budget := c.Duration("budget", 2*time.Second, "how long to wait")
	c.Var(&providers, "hlr", "a provider, as in static:FILE (repeatable)")
	if err := c.parse(); err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usagef("give one number")
	}
	cfg := config.Default()
	if *file != "" {
		var err error
		if cfg, err = config.Load(*file, os.LookupEnv); err != nil {
			return usageError{err}
		}
	}
	for _, u := range providers {
		if err := cfg.HLR.Add(u); err != nil {
			return usagef("--hlr %s: %w", u, err)
		}
	}
	cfg.HLR.Budget = *budget
	n, err := numbering.Parse(c.Arg(0), *region)
	if err != nil {
		return usageError{err}
	}
	log, err := newLogger(c.err, "text", "warn")
	if err != nil {
		return err
	}
	g, err := newGatherer(cfg, prometheus.NewRegistry(), log)
	if err != nil {
		return err
	}
	defer g.Close()
	return printFacts(c.out, n, g.Gather(ctx, n.MSISDN, hlr.Need{Budget: *budget}))
}

// printFacts shows what the digits tell, then what the providers told.
func printFacts(out io.Writer, n numbering.Number, a *hlr.Answer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FACT\tVALUE\tSOURCE\tAGE\tLATENCY\tNOTE")
	for _, row := range [][2]string{
		{"number", string(n.MSISDN)}, {"region", n.Region}, {"line_type", string(n.LineType)}, {"original_carrier", n.Carrier},
	} {
		fmt.Fprintf(w, "%s\t%s\tnumbering\t\t\t\n", row[0], row[1])
	}
	for _, f := range a.Facts() {
		value, note := f.Value, ""
		switch {
		case !f.Known && f.Err != nil:
			value, note = "unknown", f.Err.Error()
		case !f.Known:
			value = "unknown"
		case f.Disputed:
			note = "another provider says otherwise"
		case f.Cached:
			note = "from the cache"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%v\t%s\n", f.Name, value, f.Source, f.Age.Round(time.Millisecond), f.Latency.Round(time.Microsecond), note)
	}
	if a.Absent {
		fmt.Fprintln(w, "absent\tyes\t\t\t\tthe network does not know the number")
	}
	return w.Flush()
}
