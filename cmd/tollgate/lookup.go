package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/gateway"
	"tollgate/gateway/config"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

var lookupCommand = &command{
	name:  "lookup",
	args:  "MSISDN",
	short: "ask the configured providers for everything they know of a number",
	examples: []string{
		"tollgate lookup --hlr static:configs/subscribers.example.yaml +4915112345678",
		"tollgate lookup --hlr 'camara+https://api.operator.example/base?client_id=shop&secret_file=operator.secret' +4915112345678",
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
	ready, cancel := context.WithTimeout(ctx, *budget)
	defer cancel()
	g.Warm(ready)
	a := g.Gather(ctx, n.MSISDN, hlr.Need{Budget: *budget, Region: n.Region})
	tables, err := loadTables(&cfg.Lists)
	if err != nil {
		return err
	}
	facts := fraud.Facts{At: time.Now(), Number: tables.Number(&n)}
	return printFacts(c.out, n.MSISDN, tables.FactsOf(&n, &facts, a))
}

// printFacts shows a fact a line, those of the digits first.
func printFacts(out io.Writer, n subscriber.MSISDN, facts []gateway.Fact) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "FACT\tVALUE\tSOURCE\tAGE\tLATENCY\tNOTE\nnumber\t%s\t\t\t\t\n", n)
	for i := range facts {
		f := &facts[i]
		value, age, latency := fmt.Sprint(f.Value), "", ""
		if f.Value == nil {
			value = "unknown"
		}
		if f.Latency > 0 {
			latency = f.Latency.Round(time.Microsecond).String()
		}
		switch {
		case f.Age >= 24*time.Hour:
			age = fmt.Sprintf("%dd", f.Age/(24*time.Hour))
		case f.Age > 0 || f.Latency > 0:
			age = f.Age.Round(time.Millisecond).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, value, f.Source, age, latency, note(f))
	}
	return w.Flush()
}

func note(f *gateway.Fact) string {
	switch {
	case f.Error != "":
		return f.Error
	case f.Disputed:
		return "another source says otherwise"
	case f.Cached:
		return "from the cache"
	}
	return ""
}
