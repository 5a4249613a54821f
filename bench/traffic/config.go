package traffic

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"time"
)

// Kind is how skilled the attacks are, and whether the world changes half-way.
type Kind string

// The kinds of traffic.
const (
	Crude    Kind = "crude"    // fast bots in hosting networks, few devices, hardly a conversion
	Adaptive Kind = "adaptive" // a quarter of the pace, residential, a new device each time, ranges rotated, faked conversions
	Drift    Kind = "drift"    // both; tenants and tactics change half-way
)

// Config says what to generate. A zero field means its default.
type Config struct {
	Kind        Kind          // default crude
	Seed        uint64        // 1 to 20 are for tuning; judge with others
	Duration    time.Duration // that the sends span; default 14 days
	Rate        float64       // benign sends a day, all tenants; default 9000
	AttackShare float64       // of all sends; default by Kind: 0.10, 0.04, 0.06; below 0: none
	Tenants     int           // upstream services; default 10
	Campaigns   int           // of attacks, each kind at least once; default 20 to 40, by the seed
	Median      float64       // sends of a campaign, before all are scaled to the share; default 180
	Spread      float64       // sigma of the log-normal of campaign sizes; default 1.1
}

// Limits of a run, so that every file is bounded.
const (
	sendsMax     = 200_000_000
	tenantsMax   = 200
	campaignsMax = 5_000
	shareMax     = 0.9
	daysMax      = 5 * 365
)

// Flags declares the configuration's flags. --duration and --days set the same field.
func (c *Config) Flags(fs *flag.FlagSet) {
	d := c.withDefaults()
	fs.StringVar((*string)(&c.Kind), "kind", string(d.Kind), "`KIND` of traffic: crude, adaptive or drift")
	fs.Uint64Var(&c.Seed, "seed", 1, "of everything random; 1 to 20 are for tuning, others for judging")
	fs.Func("duration", fmt.Sprintf("that the sends span (default %v)", d.Duration), positive(&c.Duration, time.ParseDuration))
	fs.Func("days", "the same as a `number` of days", positive(&c.Duration, days))
	fs.Func("rate", fmt.Sprintf("benign sends a day, of all tenants together (default %g)", d.Rate), positive(&c.Rate, decimal))
	fs.Float64Var(&c.AttackShare, "attack-share", 0, "of all sends; 0: 0.10 crude, 0.04 adaptive, 0.06 drift; below 0: no attacks")
	fs.Func("tenants", fmt.Sprintf("services that send; the first ten differ, later ones are variants of these (default %d)", d.Tenants), positive(&c.Tenants, strconv.Atoi))
	fs.IntVar(&c.Campaigns, "campaigns", 0, "attack campaigns; 0: from 28 to 38, by the seed")
	fs.Func("campaign-median", fmt.Sprintf("sends of a campaign, before all are scaled to the share of attacks (default %g)", d.Median), positive(&c.Median, decimal))
	fs.Func("campaign-spread", fmt.Sprintf("sigma of the log-normal of campaign sizes (default %g)", d.Spread), positive(&c.Spread, decimal))
}

// positive reads a flag that has no zero: a field of 0 means its default, which
// nobody who writes 0 wants.
func positive[T int | float64 | time.Duration](to *T, parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		v, err := parse(s)
		if err != nil {
			return err
		}
		if !(v > 0) {
			return errors.New("it must be above 0")
		}
		*to = v
		return nil
	}
}

func decimal(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

// days reads a number of days; what is too many for a Duration is too many for a
// run.
func days(s string) (time.Duration, error) {
	v, err := decimal(s)
	if v > daysMax {
		return 0, fmt.Errorf("more than %d days", daysMax)
	}
	return time.Duration(v * float64(24*time.Hour)), err
}

func (c *Config) withDefaults() Config {
	d := *c
	orDefault(&d.Kind, Crude)
	orDefault(&d.Duration, 14*24*time.Hour)
	orDefault(&d.Rate, 9000)
	orDefault(&d.AttackShare, map[Kind]float64{Crude: 0.10, Adaptive: 0.04, Drift: 0.06}[d.Kind])
	orDefault(&d.Tenants, 10)
	orDefault(&d.Campaigns, 28+int(hash(d.Seed, "campaigns")%11))
	orDefault(&d.Median, 180)
	orDefault(&d.Spread, 1.1)
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
	if d.Kind != Crude && d.Kind != Adaptive && d.Kind != Drift {
		errs = append(errs, fmt.Errorf("kind %q: crude, adaptive or drift", d.Kind))
	}
	if d.Duration < 6*time.Hour || d.Duration > daysMax*24*time.Hour {
		errs = append(errs, fmt.Errorf("duration %v: from 6h to five years", d.Duration))
	}
	if !(d.Rate > 0 && d.Rate*d.days() <= sendsMax) {
		errs = append(errs, fmt.Errorf("rate %v: above 0, and at most %d sends in all", d.Rate, sendsMax))
	}
	if !(d.AttackShare <= shareMax) {
		errs = append(errs, fmt.Errorf("attack-share %v: at most %v", d.AttackShare, shareMax))
	}
	if d.Tenants < 1 || d.Tenants > tenantsMax {
		errs = append(errs, fmt.Errorf("tenants %d: from 1 to %d", d.Tenants, tenantsMax))
	}
	if d.Campaigns < len(attacks) || d.Campaigns > campaignsMax {
		errs = append(errs, fmt.Errorf("campaigns %d: from %d, one of each kind, to %d", d.Campaigns, len(attacks), campaignsMax))
	}
	if !(d.Median >= 1 && d.Spread > 0 && d.Spread <= 3) {
		errs = append(errs, errors.New("campaign-median is at least 1, campaign-spread above 0 and at most 3"))
	}
	return errs
}

func (c *Config) days() float64 { return c.Duration.Hours() / 24 }

// attackSends is how many sends all campaigns together should make.
func (c *Config) attackSends() float64 {
	share := max(c.AttackShare, 0)
	return c.Rate * c.days() * share / (1 - share)
}
