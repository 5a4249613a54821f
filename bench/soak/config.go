package soak

import (
	"errors"
	"flag"
	"fmt"
	"time"

	"tollgate/bench/send"
)

// Config says how to soak. A zero field means its default.
type Config struct {
	Duration    time.Duration // of the load; default 2h
	Every       time.Duration // between samples; default 1m
	Rate        float64       // sends a second; default 1000
	Connections int           // default 64
	Countries   send.Mix      // of the numbers; default DE
	Distinct    uint64        // numbers used before they come again; default all there are
	Attack      float64       // share of sends that are part of a pumping attack
	Seed        uint64

	URL      string // of a gateway that runs; "": start one
	Ops      string // its ops listener
	OpsToken string
	SMSC     string // listen here as its carrier; default: a free port, for a gateway of our own
	Dir      string // where a gateway of our own keeps its data

	// Bounds, as shares: how much a figure may grow from its first to its last
	// judged interval, by its slope. 0: not judged.
	RSSGrowth float64 // and heap, goroutines and descriptors; default 0.25
	P99Growth float64 // HTTP to SMSC; default 1
	ErrorsMax float64 // share of sends that may not be accepted; default 0.001

	JSON bool
	HTML string

	Command []string // of a gateway of our own; default: this program
}

// Default is what a field that is left out means; bounds are 0 for "not judged",
// so they have no other default than this.
func Default() Config {
	return Config{
		Duration: 2 * time.Hour, Every: time.Minute, Rate: 1000, Connections: 64, Countries: send.Mix{{Name: "DE", Weight: 1}},
		RSSGrowth: .25, P99Growth: 1, ErrorsMax: .001,
	}
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	*c = Default()
	fs.DurationVar(&c.Duration, "duration", c.Duration, "of the load, at most 168h")
	fs.DurationVar(&c.Every, "every", c.Every, "between samples")
	fs.Float64Var(&c.Rate, "rate", c.Rate, "sends a second")
	fs.IntVar(&c.Connections, "connections", c.Connections, "HTTP connections")
	fs.Var(&c.Countries, "countries", "where the numbers are, as a mix: DE=5,FR=3,US=2")
	fs.Uint64Var(&c.Distinct, "distinct", 0, "numbers used before they come again (default all there are)")
	fs.Float64Var(&c.Attack, "attack", 0, "share of sends that are part of a pumping attack, from 0 to 1")
	fs.Uint64Var(&c.Seed, "seed", 0, "of numbers and mixes; 0: from the clock")
	fs.StringVar(&c.URL, "url", "", "a gateway that runs, with policy observe and our carrier (default: one is started, with data that is removed again)")
	fs.StringVar(&c.Ops, "ops", "", "its ops listener")
	fs.StringVar(&c.OpsToken, "ops-token", "", "its credential; none is needed in dev")
	fs.StringVar(&c.SMSC, "smsc", "", "listen here as its carrier, as in 127.0.0.1:2776")
	fs.StringVar(&c.Dir, "dir", "", "keep the data of the gateway that is started in this `DIR` (default the system's temporary one)")
	fs.Float64Var(&c.RSSGrowth, "rss-growth", c.RSSGrowth, "most that memory, goroutines and descriptors may grow after the first quarter, as a share; 0: not judged")
	fs.Float64Var(&c.P99Growth, "p99-growth", c.P99Growth, "most that the p99 of HTTP to SMSC may grow, as a share; 0: not judged")
	fs.Float64Var(&c.ErrorsMax, "errors", c.ErrorsMax, "most that may not be accepted, as a share")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() (errs []error) {
	if c.Duration <= 0 || c.Duration > 7*24*time.Hour {
		errs = append(errs, fmt.Errorf("duration %v: above 0, at most 168h: every load is bounded", c.Duration))
	}
	if c.Every < 100*time.Millisecond || c.Every > c.Duration {
		errs = append(errs, fmt.Errorf("every %v: from 100ms to the duration", c.Every))
	}
	if !(c.Rate > 0 && c.Rate <= 100_000) {
		errs = append(errs, fmt.Errorf("rate %v: above 0, at most 100000 a second", c.Rate))
	}
	if c.RSSGrowth < 0 || c.P99Growth < 0 || c.ErrorsMax < 0 {
		errs = append(errs, errors.New("a bound cannot be below 0"))
	}
	if (c.URL == "") != (c.Ops == "") || (c.URL == "") != (c.SMSC == "") {
		errs = append(errs, errors.New("a gateway that runs needs all three: --url, --ops and --smsc; leave all out and one is started"))
	}
	s := c.send()
	return append(errs, s.Validate()...)
}

// send is the load.
func (c *Config) send() send.Config {
	s := send.Config{
		URL: c.URL, Rate: send.Constant(c.Rate), Connections: c.Connections, Countries: c.Countries, Distinct: c.Distinct, Attack: c.Attack,
		Seed: c.Seed, SMSC: c.SMSC, Drain: drain,
	}
	if s.SMSC == "" {
		s.SMSC = "127.0.0.1:0"
	}
	if most := uint64(100_000_000); s.Distinct == 0 && c.Rate*c.Duration.Seconds() > float64(most) {
		s.Distinct = most // they would come again: known by their codes they can
	}
	return s
}

// drain is how long accepted messages may take to arrive after the load.
const drain = 30 * time.Second
