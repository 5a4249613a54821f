package traffic

import (
	"flag"
	"io"
	"testing"
	"time"
)

// Whoever writes 0 does not want the default.
func TestFlagsHaveNoSilentDefault(t *testing.T) {
	parse := func(args ...string) (Config, error) {
		var c Command
		fs := flag.NewFlagSet("traffic", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		c.Flags(fs)
		return c.Config, fs.Parse(args)
	}
	for _, arg := range []string{
		"--days=0", "--days=-1", "--days=nan", "--days=3x", "--days=", "--days=1e300", "--days=inf", "--duration=0", "--duration=-1h", "--rate=0", "--rate=NaN",
		"--tenants=0", "--tenants=-1", "--campaign-median=0", "--campaign-spread=0",
	} {
		if c, err := parse(arg); err == nil {
			t.Errorf("%s was taken: %+v", arg, c)
		}
	}
	var c Command
	fs := flag.NewFlagSet("traffic", flag.ContinueOnError)
	c.Flags(fs)
	if err := fs.Parse([]string{"--days", "1.5", "--rate", "100", "--tenants", "3"}); err != nil || c.Duration != 36*time.Hour || c.Rate != 100 || c.Tenants != 3 {
		t.Errorf("%+v, %v", c.Config, err)
	}
	if errs := c.Validate(); errs != nil {
		t.Error(errs)
	}
}
