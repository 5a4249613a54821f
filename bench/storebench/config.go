package storebench

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Config says how to measure. A zero field means its default.
type Config struct {
	Writers []int         // that commit at once; default 1, 64 and 512
	Slice   time.Duration // of one engine; default 1s
	Rounds  int           // slices of each engine at each number of writers; default 5
	Dir     string        // whose disk is measured; default: the system's place for what is temporary
	JSON    bool
	HTML    string
}

// Flags declares the configuration's flags.
func (c *Config) Flags(fs *flag.FlagSet) {
	*c = c.withDefaults()
	fs.Func("writers", "commits at once, with commas between (default 1,64,512)", func(text string) error {
		c.Writers = nil
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(part)
			if err != nil {
				return fmt.Errorf("%q is no number", part)
			}
			c.Writers = append(c.Writers, n)
		}
		return nil
	})
	fs.DurationVar(&c.Slice, "slice", c.Slice, "of each engine")
	fs.IntVar(&c.Rounds, "rounds", c.Rounds, "slices of each engine at each number of writers; medians count")
	fs.StringVar(&c.Dir, "dir", "", "measure the disk of this `DIR` (default the system's temporary one)")
	fs.BoolVar(&c.JSON, "json", false, "print the result as JSON")
	fs.StringVar(&c.HTML, "html", "", "write the result as one self-contained page to this `FILE`")
}

func (c Config) withDefaults() Config {
	if c.Writers == nil {
		c.Writers = []int{1, 64, 512}
	}
	if c.Slice == 0 {
		c.Slice = time.Second
	}
	if c.Rounds == 0 {
		c.Rounds = 5
	}
	return c
}

// Validate lists everything that is impossible in the configuration.
func (c *Config) Validate() (errs []error) {
	d := c.withDefaults()
	for _, n := range d.Writers {
		if n < 1 || n > 10_000 {
			errs = append(errs, fmt.Errorf("writers %d: from 1 to 10000", n))
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
