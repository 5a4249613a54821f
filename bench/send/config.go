package send

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"time"

	"tollgate/smpp/smsc"
)

// Config says what to load and how. A zero field means its default.
type Config struct {
	URL         string        // of the gateway; default http://127.0.0.1:8080
	Dialect     string        // tollgate (default: POST /v1/otp/send) or kannel (GET /cgi-bin/sendsms)
	Rate        Rate          // open loop; empty: closed loop, as many as it takes
	Duration    time.Duration // of the load; default 10s, or what the rate's steps take together
	Connections int           // HTTP connections; default 64
	Pipeline    int           // requests under way on each connection; default 1
	Batch       int           // sends in a request, to /v1/otp/send:batch; default 1: /v1/otp/send
	Timeout     time.Duration // of one request; default 10s
	Idempotency bool          // an Idempotency-Key of its own on every send

	Key       Mix     // API keys, a tenant each; default dev-key. Of Kannel: USER:PASSWORD
	Purpose   Mix     // default login
	Countries Mix     // of the numbers; default DE
	Distinct  uint64  // numbers used before they come again; default as many as there are
	Attack    float64 // share of sends that are part of a pumping attack
	Context   bool    // every send tells an IP, a device and a user agent; attacks imply it
	Seed      uint64  // of all this; default: from the clock, so that runs differ

	SMSC        string        // listen here as the carrier, and measure HTTP to SMSC; "": do not
	SMSCProfile *smsc.Profile // how that carrier behaves; nil: perfect
	NoReceipts  bool          // that carrier sends no receipts
	Drain       time.Duration // how long accepted messages may take to reach the carrier after the load; default 10s

	Baseline        bool          // load a bare fasthttp handler too, in alternating slices
	Slice           time.Duration // of either; default 2s
	BaselineCommand []string      // prints its URL, then serves; default: this program with `bench baseline`

	Ops      string // the gateway's ops listener, for Profile; default http://127.0.0.1:9090
	OpsToken string // its credential; "": none is needed
	Profile  string // directory to save profiles of the gateway in; "": none
	PID      int    // the gateway's process, for its CPU and memory; default: whoever listens at URL, on this machine

	JSON bool   // write the result as one JSON object instead of a table
	HTML string // write the result as a page too
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	d := c.withDefaults()
	*c = Config{Connections: d.Connections, Pipeline: d.Pipeline, Batch: d.Batch, Rate: d.Rate, Key: d.Key, Purpose: d.Purpose, Countries: d.Countries, Seed: c.Seed, SMSCProfile: c.SMSCProfile}
	fs.StringVar(&c.URL, "url", d.URL, "the gateway's API")
	fs.StringVar(&c.Dialect, "dialect", d.Dialect, "tollgate, or kannel: GET /cgi-bin/sendsms")
	var rateGiven string
	fs.Var(&rateFlag{&c.Rate, "rate", &rateGiven}, "rate", "open loop: sends a second, as in 5000 or 1000..10000; 0: closed loop, as many as the connections take")
	fs.Var(&rateFlag{&c.Rate, "ramp", &rateGiven}, "ramp", "open loop in steps: RATE:DURATION or FROM..TO:DURATION, with commas between, as in 1000:10s,1000..5000:20s,5000:30s")
	fs.DurationVar(&c.Duration, "duration", 0, "how long, at most 10m (default 10s, or what the ramp takes)")
	fs.Var(countFlag{&c.Connections}, "connections", "HTTP connections")
	fs.Var(countFlag{&c.Pipeline}, "pipeline", "requests under way on each connection")
	fs.Var(countFlag{&c.Batch}, "batch", "sends in a request: above 1 they go to POST /v1/otp/send:batch")
	fs.DurationVar(&c.Timeout, "timeout", d.Timeout, "of one request")
	fs.BoolVar(&c.Idempotency, "idempotency", d.Idempotency, "send an Idempotency-Key with every request")
	fs.Var(&c.Key, "key", "API key, or a mix of several with weights: KEY1=3,KEY2=1; of Kannel USER:PASSWORD")
	fs.Var(&c.Purpose, "purpose", "purpose, or a mix: login=8,withdrawal=2")
	fs.Var(&c.Countries, "countries", "where the numbers are, as a mix: DE=5,FR=3,US=2")
	fs.Uint64Var(&c.Distinct, "distinct", 0, "numbers used before they come again (default all there are, 170 million of DE)")
	fs.Float64Var(&c.Attack, "attack", 0, "share of sends that are part of a pumping attack, from 0 to 1")
	fs.BoolVar(&c.Context, "context", false, "tell an IP, a device and a user agent with every send")
	fs.Uint64Var(&c.Seed, "seed", d.Seed, "of numbers and mixes; 0: from the clock")
	fs.StringVar(&c.SMSC, "smsc", d.SMSC, "listen here as the carrier and measure HTTP to SMSC, as in 127.0.0.1:2776")
	fs.BoolVar(&c.NoReceipts, "no-receipts", d.NoReceipts, "the carrier sends no receipts")
	fs.DurationVar(&c.Drain, "drain", d.Drain, "how long accepted messages may take to reach the carrier after the load")
	fs.BoolVar(&c.Baseline, "baseline", d.Baseline, "load a bare fasthttp handler as well, interleaved, and print the ratio")
	fs.DurationVar(&c.Slice, "slice", d.Slice, "of either load, with --baseline")
	fs.StringVar(&c.Ops, "ops", d.Ops, "the gateway's ops listener, for --profile")
	fs.StringVar(&c.OpsToken, "ops-token", "", "its credential; none is needed in dev")
	fs.StringVar(&c.Profile, "profile", "", "save cpu, heap, allocs and goroutine profiles of the gateway in this `DIR`")
	fs.IntVar(&c.PID, "pid", 0, "the gateway's process, to tell its CPU and memory (default: whoever listens at the URL, on this machine)")
	fs.BoolVar(&c.JSON, "json", d.JSON, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
}

// Limits of a run.
const (
	durationMax    = 10 * time.Minute
	connectionsMax = 10_000
	pipelineMax    = 1000
	batchMax       = 1000 // lines, the API's own limit
	rateMax        = 1_000_000
)

func (c *Config) withDefaults() Config {
	d := *c
	orDefault(&d.URL, "http://127.0.0.1:8080")
	orDefault(&d.Dialect, "tollgate")
	orDefault(&d.Duration, d.Rate.lasts())
	orDefault(&d.Duration, 10*time.Second)
	orDefault(&d.Connections, 64)
	orDefault(&d.Pipeline, 1)
	orDefault(&d.Batch, 1)
	orDefault(&d.Timeout, 10*time.Second)
	orDefault(&d.Drain, 10*time.Second)
	orDefault(&d.Slice, 2*time.Second)
	orDefault(&d.Ops, "http://127.0.0.1:9090")
	for mix, name := range map[*Mix]string{&d.Key: "dev-key", &d.Purpose: "login", &d.Countries: "DE"} {
		if len(*mix) == 0 {
			*mix = Mix{{Name: name, Weight: 1}}
		}
	}
	if d.Seed == 0 {
		d.Seed = uint64(time.Now().UnixNano()) % (1 << 53) // whoever reads the JSON can keep it whole
	}
	return d
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() (errs []error) {
	d := c.withDefaults()
	if u, err := url.Parse(d.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		errs = append(errs, fmt.Errorf("url %q: write http://HOST:PORT", d.URL))
	}
	if d.Dialect != "tollgate" && d.Dialect != "kannel" {
		errs = append(errs, fmt.Errorf("dialect %q: tollgate or kannel", d.Dialect))
	}
	if d.Duration < 0 || d.Duration > durationMax {
		errs = append(errs, fmt.Errorf("duration %v: at most %v, every load is bounded", d.Duration, durationMax))
	}
	if d.Timeout < 0 || d.Drain < 0 || d.Slice < 0 {
		errs = append(errs, errors.New("timeout, drain and slice cannot be below 0"))
	}
	return append(errs, d.validateLoad()...)
}

// validateLoad judges what the sends are and how they come.
func (c *Config) validateLoad() (errs []error) {
	within := func(name string, v, most int) {
		if v < 1 || v > most {
			errs = append(errs, fmt.Errorf("%s %d: from 1 to %d", name, v, most))
		}
	}
	within("connections", c.Connections, connectionsMax)
	within("pipeline", c.Pipeline, pipelineMax)
	within("batch", c.Batch, batchMax)
	if c.Batch > 1 && (c.Pipeline > 1 || len(c.Key) > 1 || c.Dialect == "kannel") {
		errs = append(errs, errors.New("a batch is of one tenant, in Tollgate's own API, and the only request under way on its connection: leave out pipeline, dialect and other keys"))
	}
	if c.Batch > 1 && c.Baseline {
		errs = append(errs, errors.New("the baseline takes no batches: leave out batch or baseline"))
	}
	if !(c.Attack >= 0 && c.Attack <= 1) {
		errs = append(errs, fmt.Errorf("attack %v: a share from 0 to 1", c.Attack))
	}
	if c.Baseline && len(c.Rate) > 0 && !c.Rate.steady() {
		errs = append(errs, errors.New("the baseline gets the same load in slices: give one rate, not a ramp"))
	}
	if c.Dialect == "kannel" && (c.Attack > 0 || c.Context || c.Distinct > 0) {
		errs = append(errs, errors.New("attack, context and distinct are of Tollgate's own API, not of Kannel's"))
	}
	if c.Dialect == "kannel" && slices.ContainsFunc(c.Key, func(s Share) bool { return !userPassword(s.Name) }) {
		errs = append(errs, errors.New("key: Kannel wants USER:PASSWORD"))
	}
	for name, mix := range map[string]Mix{"key": c.Key, "purpose": c.Purpose, "countries": c.Countries} {
		if slices.ContainsFunc(mix, func(s Share) bool { return s.Name == "" || s.Weight < 1 }) {
			errs = append(errs, fmt.Errorf("%s: a part of the mix has no name or no weight", name))
			return errs // nothing else can be said of such a mix
		}
	}
	if _, err := newNumbers(1, c.Countries); err != nil {
		errs = append(errs, fmt.Errorf("countries: %w", err))
	}
	if c.SMSCProfile != nil {
		for _, e := range c.SMSCProfile.Validate() {
			errs = append(errs, fmt.Errorf("the carrier's profile: %w", e))
		}
	}
	return errs
}
