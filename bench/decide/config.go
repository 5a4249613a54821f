package decide

import (
	"flag"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Config says how to measure. A zero field means its default.
type Config struct {
	Goroutines []int         // that decide at once; default 1 and four a core
	Slice      time.Duration // of one pass; default 500ms
	Rounds     int           // passes of each piece; default 5
	JSON       bool
	HTML       string
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	*c = c.withDefaults()
	fs.Func("goroutines", "that decide at once, with commas between (default 1 and four a core)", func(text string) error {
		c.Goroutines = nil
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(part)
			if err != nil {
				return fmt.Errorf("%q is no number", part)
			}
			c.Goroutines = append(c.Goroutines, n)
		}
		return nil
	})
	fs.DurationVar(&c.Slice, "slice", c.Slice, "of one pass")
	fs.IntVar(&c.Rounds, "rounds", c.Rounds, "passes of each piece; medians count")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
}

func (c Config) withDefaults() Config {
	if c.Goroutines == nil {
		c.Goroutines = []int{1, 4 * runtime.NumCPU()}
	}
	if c.Slice == 0 {
		c.Slice = 500 * time.Millisecond
	}
	if c.Rounds == 0 {
		c.Rounds = 5
	}
	return c
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() (errs []error) {
	d := c.withDefaults()
	for _, n := range d.Goroutines {
		if n < 1 || n > 10_000 {
			errs = append(errs, fmt.Errorf("goroutines %d: from 1 to 10000", n))
		}
	}
	if d.Slice < 0 || d.Slice > time.Minute {
		errs = append(errs, fmt.Errorf("slice %v: at most 1m", d.Slice))
	}
	if d.Rounds < 1 || d.Rounds > 100 {
		errs = append(errs, fmt.Errorf("rounds %d: from 1 to 100", d.Rounds))
	}
	return errs
}
