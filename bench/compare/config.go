package compare

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tollgate/bench/send"
)

// Config says what to compare and how long. A zero field means its default.
type Config struct {
	Duration    time.Duration // under load, of all systems together; default 3m
	Rounds      int           // slices of each system in each phase; default 5
	Connections ints          // closed loops; default 64 and 512
	Rate        float64       // of the open loop, a second; default 5000; below 0: none
	NoReceipts  bool          // the carrier sends no receipts
	NoKannel    bool          // leave Kannel out
	Dir         string        // where data is kept meanwhile; default: the system's place for such
	JSON        bool          // write the result as one JSON object instead of tables
	HTML        string        // write the result as a page too

	Command         []string // of Tollgate; default: this program
	BaselineCommand []string // default: this program with `bench baseline`
}

// ints is a list of numbers as a flag.
type ints []int

func (l *ints) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*l)), " ", ","), "[]")
}

func (l *ints) Set(text string) error {
	*l = nil
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return fmt.Errorf("%q is no number", part)
		}
		*l = append(*l, n)
	}
	return nil
}

// rate is the open loop's as a flag: a 0 that was said is no default.
type rate float64

func (r *rate) String() string { return strconv.FormatFloat(float64(*r), 'f', -1, 64) }

func (r *rate) Set(text string) error {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) {
		return fmt.Errorf("%q is no number", text)
	}
	if *r = rate(v); v == 0 {
		*r = -1
	}
	return nil
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	*c = c.withDefaults()
	fs.DurationVar(&c.Duration, "duration", c.Duration, "under load, of all systems together; starts and drains come on top")
	fs.IntVar(&c.Rounds, "rounds", c.Rounds, "slices of each system in each phase; medians count")
	fs.Var(&c.Connections, "connections", "connections of the closed loops, with commas between")
	fs.Var((*rate)(&c.Rate), "rate", "sends a second of the open loop; 0 or below: no open loop")
	fs.BoolVar(&c.NoReceipts, "no-receipts", false, "the carrier sends no receipts")
	fs.BoolVar(&c.NoKannel, "no-kannel", false, "leave Kannel out, also where it is installed")
	fs.StringVar(&c.Dir, "dir", "", "keep the systems' data in this `DIR` meanwhile: its disk is what is synced (default the system's temporary one)")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
}

func (c Config) withDefaults() Config {
	if c.Duration == 0 {
		c.Duration = 3 * time.Minute
	}
	if c.Rounds == 0 {
		c.Rounds = 5
	}
	if c.Connections == nil {
		c.Connections = ints{64, 512}
	}
	if c.Rate == 0 {
		c.Rate = 5000
	}
	return c
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() (errs []error) {
	d := c.withDefaults()
	if d.Duration < 0 || d.Duration > time.Hour {
		errs = append(errs, fmt.Errorf("duration %v: at most 1h, every load is bounded", d.Duration))
	}
	if d.Rounds < 1 || d.Rounds > 100 {
		errs = append(errs, fmt.Errorf("rounds %d: from 1 to 100", d.Rounds))
	}
	for _, n := range d.Connections {
		if n < 1 || n > 10_000 {
			errs = append(errs, fmt.Errorf("connections %d: from 1 to 10000", n))
		}
	}
	if d.Rate > 1_000_000 {
		errs = append(errs, fmt.Errorf("rate %v: at most 1000000 a second", d.Rate))
	}
	if len(d.Connections) == 0 && d.Rate < 0 {
		errs = append(errs, errors.New("neither connections nor a rate: nothing to compare"))
	}
	return errs
}

// phase is one kind of load.
type phase struct {
	name string
	load send.Config // its connections and rate
}

func (c *Config) phases() (list []phase) {
	for _, n := range c.Connections {
		list = append(list, phase{fmt.Sprintf("closed loop, %d connections", n), send.Config{Connections: n}})
	}
	if c.Rate > 0 {
		const connections = 64 // enough that none waits for a connection at the rates that a machine takes
		list = append(list, phase{fmt.Sprintf("open loop, %.0f/s", c.Rate), send.Config{Connections: connections, Rate: send.Constant(c.Rate)}})
	}
	return list
}
