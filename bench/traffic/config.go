package traffic

import (
	"errors"
	"flag"
	"fmt"
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
)

// Flags declares the configuration's flags. --duration and --days set the same field.
func (c *Config) Flags(fs *flag.FlagSet) {
	d := c.withDefaults()
	fs.StringVar((*string)(&c.Kind), "kind", string(d.Kind), "`KIND` of traffic: crude, adaptive or drift")
	fs.Uint64Var(&c.Seed, "seed", 1, "of everything random; 1 to 20 are for tuning, others for judging")
	fs.DurationVar(&c.Duration, "duration", d.Duration, "that the sends span")
	fs.Func("days", "the same as a `number` of days", func(s string) error {
		var days float64
		if _, err := fmt.Sscanf(s, "%g", &days); err != nil {
			return fmt.Errorf("%q is no number of days", s)
		}
		c.Duration = time.Duration(days * float64(24*time.Hour))
		return nil
	})
	fs.Float64Var(&c.Rate, "rate", d.Rate, "benign sends a day, of all tenants together")
	fs.Float64Var(&c.AttackShare, "attack-share", 0, "of all sends; 0: 0.10 crude, 0.04 adaptive, 0.06 drift; below 0: no attacks")
	fs.IntVar(&c.Tenants, "tenants", d.Tenants, "services that send; the first ten differ, later ones are variants of these")
	fs.IntVar(&c.Campaigns, "campaigns", 0, "attack campaigns; 0: from 28 to 38, by the seed")
	fs.Float64Var(&c.Median, "campaign-median", d.Median, "sends of a campaign, before all are scaled to the share of attacks")
	fs.Float64Var(&c.Spread, "campaign-spread", d.Spread, "sigma of the log-normal of campaign sizes")
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
	if d.Duration < 6*time.Hour || d.Duration > 5*365*24*time.Hour {
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
