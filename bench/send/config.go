package bench

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"time"

	"tollgate/smpp/smsc"
)

// Config says what to load and how. A zero field means its default.
type Config struct {
	URL         string        // of the gateway; default http://127.0.0.1:8080
	Key         string        // API key; default dev-key
	Purpose     string        // default login
	Rate        float64       // sends a second, open loop; 0: closed loop, as many as it takes
	Duration    time.Duration // of the load; default 10s
	Connections int           // HTTP connections; default 64
	Timeout     time.Duration // of one request; default 10s
	Idempotency bool          // an Idempotency-Key of its own on every send
	Seed        uint64        // of the numbers; default: from the clock, so that runs differ

	SMSC        string        // listen here as the carrier, and measure HTTP to SMSC; "": do not
	SMSCProfile *smsc.Profile // how that carrier behaves; nil: perfect
	NoReceipts  bool          // that carrier sends no receipts
	Drain       time.Duration // how long accepted messages may take to reach the carrier after the load; default 10s

	Baseline        bool          // load a bare fasthttp handler too, in alternating slices
	Slice           time.Duration // of either; default 2s
	BaselineCommand []string      // prints its URL, then serves; default: this program with `bench baseline`

	JSON bool // write the result as one JSON object instead of a table
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	d := c.withDefaults()
	fs.StringVar(&c.URL, "url", d.URL, "the gateway's API")
	fs.StringVar(&c.Key, "key", d.Key, "API key")
	fs.StringVar(&c.Purpose, "purpose", d.Purpose, "purpose of every send")
	fs.Float64Var(&c.Rate, "rate", d.Rate, "sends a second, open loop; 0: closed loop, as many as the connections take")
	fs.DurationVar(&c.Duration, "duration", d.Duration, "how long, at most 10m")
	fs.IntVar(&c.Connections, "connections", d.Connections, "HTTP connections")
	fs.DurationVar(&c.Timeout, "timeout", d.Timeout, "of one request")
	fs.BoolVar(&c.Idempotency, "idempotency", d.Idempotency, "send an Idempotency-Key with every request")
	fs.Uint64Var(&c.Seed, "seed", d.Seed, "of the numbers; 0: from the clock")
	fs.StringVar(&c.SMSC, "smsc", d.SMSC, "listen here as the carrier and measure HTTP to SMSC, as in 127.0.0.1:2776")
	fs.BoolVar(&c.NoReceipts, "no-receipts", d.NoReceipts, "the carrier sends no receipts")
	fs.DurationVar(&c.Drain, "drain", d.Drain, "how long accepted messages may take to reach the carrier after the load")
	fs.BoolVar(&c.Baseline, "baseline", d.Baseline, "load a bare fasthttp handler as well, interleaved, and print the ratio")
	fs.DurationVar(&c.Slice, "slice", d.Slice, "of either load, with --baseline")
	fs.BoolVar(&c.JSON, "json", d.JSON, "print the result as JSON")
}

// Limits of a run.
const (
	durationMax    = 10 * time.Minute
	connectionsMax = 10_000
	rateMax        = 1_000_000
)

func (c *Config) withDefaults() Config {
	d := *c
	orDefault(&d.URL, "http://127.0.0.1:8080")
	orDefault(&d.Key, "dev-key")
	orDefault(&d.Purpose, "login")
	orDefault(&d.Duration, 10*time.Second)
	orDefault(&d.Connections, 64)
	orDefault(&d.Timeout, 10*time.Second)
	orDefault(&d.Drain, 10*time.Second)
	orDefault(&d.Slice, 2*time.Second)
	return d
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() []error {
	d := c.withDefaults()
	var errs []error
	if u, err := url.Parse(d.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		errs = append(errs, fmt.Errorf("url %q: write http://HOST:PORT", d.URL))
	}
	if d.Duration < 0 || d.Duration > durationMax {
		errs = append(errs, fmt.Errorf("duration %v: at most %v, every load is bounded", d.Duration, durationMax))
	}
	if d.Connections < 1 || d.Connections > connectionsMax {
		errs = append(errs, fmt.Errorf("connections %d: from 1 to %d", d.Connections, connectionsMax))
	}
	if !(d.Rate >= 0 && d.Rate <= rateMax) {
		errs = append(errs, fmt.Errorf("rate %v: from 0 to %d a second", d.Rate, rateMax))
	}
	if d.Timeout < 0 || d.Drain < 0 || d.Slice < 0 {
		errs = append(errs, errors.New("timeout, drain and slice cannot be below 0"))
	}
	if d.SMSCProfile != nil {
		for _, e := range d.SMSCProfile.Validate() {
			errs = append(errs, fmt.Errorf("the carrier's profile: %w", e))
		}
	}
	return errs
}

// limit is how many sends a run may make: memory is kept for each.
func (c *Config) limit() uint64 {
	perSecond := c.Rate
	if perSecond == 0 {
		perSecond = 100_000 // more than the HTTP side of one machine takes
	}
	return min(uint64(perSecond*c.Duration.Seconds())+1, 50_000_000)
}
