package smsc

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Distribution is a random duration. Its zero value is always 0.
//
//	{kind: fixed, value: 40ms}
//	{kind: uniform, min: 10ms, max: 50ms}
//	{kind: normal, mean: 40ms, stddev: 10ms}
//	{kind: lognormal, p50: 40ms, p99: 400ms}
//
// min and max, when given, also cut normal and lognormal.
type Distribution struct {
	Kind   string        `yaml:"kind"`   // fixed (default), uniform, normal, lognormal
	Value  time.Duration `yaml:"value"`  // fixed
	Min    time.Duration `yaml:"min"`    // uniform; lower bound of normal and lognormal
	Max    time.Duration `yaml:"max"`    // uniform; upper bound of normal and lognormal, 0: none
	Mean   time.Duration `yaml:"mean"`   // normal
	StdDev time.Duration `yaml:"stddev"` // normal
	P50    time.Duration `yaml:"p50"`    // lognormal: the median
	P99    time.Duration `yaml:"p99"`    // lognormal: 99 of 100 are below
}

// z99 is the 99th percentile of the standard normal distribution.
const z99 = 2.3263478740408408

// zero says that every draw is 0.
func (d Distribution) zero() bool { return d == Distribution{} || d == Distribution{Kind: "fixed"} }

// draw takes one duration, never below 0.
func (d Distribution) draw(rng *rand.Rand) time.Duration {
	switch d.Kind {
	case "uniform":
		return d.Min + time.Duration(rng.Int64N(int64(d.Max-d.Min)+1))
	case "normal":
		return d.cut(float64(d.Mean) + rng.NormFloat64()*float64(d.StdDev))
	case "lognormal":
		sigma := math.Log(float64(d.P99)/float64(d.P50)) / z99
		return d.cut(float64(d.P50) * math.Exp(sigma*rng.NormFloat64()))
	default:
		return d.Value
	}
}

func (d Distribution) cut(v float64) time.Duration {
	v = max(v, float64(d.Min), 0)
	if d.Max > 0 {
		v = min(v, float64(d.Max))
	}
	return time.Duration(min(v, float64(math.MaxInt64/2)))
}

// validate lists what is wrong with the distribution.
func (d Distribution) validate() (errs []error) {
	for _, v := range []time.Duration{d.Value, d.Min, d.Max, d.Mean, d.StdDev, d.P50, d.P99} {
		if v < 0 {
			return []error{fmt.Errorf("%v is below 0", v)}
		}
	}
	switch d.Kind {
	case "", "fixed":
		if d.Min|d.Max|d.Mean|d.StdDev|d.P50|d.P99 != 0 {
			errs = append(errs, errors.New("a fixed delay has `value` only; name the kind: uniform, normal or lognormal"))
		}
	case "uniform":
		if d.Max <= d.Min {
			errs = append(errs, fmt.Errorf("uniform needs max (%v) above min (%v)", d.Max, d.Min))
		}
	case "normal":
		if d.Mean == 0 {
			errs = append(errs, errors.New("normal needs mean, and stddev"))
		}
	case "lognormal":
		if d.P50 == 0 || d.P99 < d.P50 {
			errs = append(errs, fmt.Errorf("lognormal needs p50 (%v) above 0 and p99 (%v) not below it", d.P50, d.P99))
		}
	default:
		errs = append(errs, fmt.Errorf("kind %q is none of fixed, uniform, normal, lognormal", d.Kind))
	}
	if d.Max > 0 && d.Max < d.Min {
		errs = append(errs, fmt.Errorf("max (%v) is below min (%v)", d.Max, d.Min))
	}
	return errs
}
