package send

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Step is a part of an open loop in which the rate stays or changes evenly.
type Step struct {
	From, To float64       // sends a second
	For      time.Duration // 0: the whole run, of a rate that is one step
}

// count is how many sends the step has.
func (s Step) count() float64 { return (s.From + s.To) / 2 * s.For.Seconds() }

// Rate is how fast an open loop sends, step after step. Empty: closed loop.
type Rate []Step

// Constant is one rate for the whole run.
func Constant(perSecond float64) Rate { return Rate{{From: perSecond, To: perSecond}} }

// ParseRate reads steps, each RATE or FROM..TO, and :DURATION behind it where
// there are several: 5000; 1000..10000; 1000:10s,1000..5000:20s,5000:30s.
// 0 alone is the closed loop; 0 as one step of several is a pause.
func ParseRate(text string) (r Rate, err error) {
	parts := strings.Split(text, ",")
	for _, part := range parts {
		s, err := parseStep(part)
		if err != nil {
			return nil, err
		}
		if len(parts) > 1 && s.For == 0 {
			return nil, fmt.Errorf("step %q: with several steps each needs its time, as in 1000:10s", part)
		}
		r = append(r, s)
	}
	if len(r) == 1 && r[0].From == 0 && r[0].To == 0 && r[0].For == 0 {
		return nil, nil
	}
	if r.most() == 0 {
		return nil, fmt.Errorf("rate %q sends nothing", text)
	}
	return r, nil
}

func parseStep(text string) (s Step, err error) {
	rate, during, timed := strings.Cut(strings.TrimSpace(text), ":")
	from, to, slope := strings.Cut(rate, "..")
	if !slope {
		to = from
	}
	var errs [3]error
	s.From, errs[0] = strconv.ParseFloat(from, 64)
	s.To, errs[1] = strconv.ParseFloat(to, 64)
	if timed {
		s.For, errs[2] = time.ParseDuration(during)
	}
	bad := func(v float64) bool { return !(v >= 0 && v <= rateMax) }
	switch {
	case errors.Join(errs[:]...) != nil:
		return s, fmt.Errorf("step %q: write RATE, FROM..TO, RATE:DURATION or FROM..TO:DURATION, as in 1000..5000:20s", text)
	case bad(s.From) || bad(s.To):
		return s, fmt.Errorf("step %q: a rate is from 0 to %d a second", text, rateMax)
	case timed && s.For <= 0:
		return s, fmt.Errorf("step %q: a step lasts longer than 0", text)
	}
	return s, nil
}

// whole gives a rate of one step without a time the run's duration.
func (r Rate) whole(d time.Duration) Rate {
	if len(r) == 1 && r[0].For == 0 {
		return Rate{{From: r[0].From, To: r[0].To, For: d}}
	}
	return r
}

// lasts is how long the steps take; 0: as long as the run.
func (r Rate) lasts() (d time.Duration) {
	for _, s := range r {
		d += s.For
	}
	return d
}

func (r Rate) count() (n float64) {
	for _, s := range r {
		n += s.count()
	}
	return n
}

// steady says that the rate never changes.
func (r Rate) steady() bool { return len(r) == 1 && r[0].From == r[0].To }

// most is the highest rate.
func (r Rate) most() (v float64) {
	for _, s := range r {
		v = max(v, s.From, s.To)
	}
	return v
}

// at is the rate at a time of the run.
func (r Rate) at(t time.Duration) float64 {
	for _, s := range r {
		if t < s.For || s.For == 0 {
			if s.From == s.To {
				return s.From
			}
			return s.From + (s.To-s.From)*t.Seconds()/s.For.Seconds()
		}
		t -= s.For
	}
	return 0
}

// String is what ParseRate reads. Set and String make Rate a flag.
func (r Rate) String() string {
	if len(r) == 0 {
		return "0"
	}
	var parts []string
	for _, s := range r {
		part := strconv.FormatFloat(s.From, 'f', -1, 64)
		if s.From != s.To {
			part += ".." + strconv.FormatFloat(s.To, 'f', -1, 64)
		}
		if s.For > 0 {
			part += ":" + s.For.String()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// Set reads a flag.
func (r *Rate) Set(text string) (err error) { *r, err = ParseRate(text); return err }

// schedule tells when each send is due, one after the other.
type schedule struct {
	steps Rate
	began time.Duration // of the step, since the start
	base  float64       // sends before the step
}

// due is when send i is due, since the start; false when it is not. i must not
// fall.
func (s *schedule) due(i uint64) (time.Duration, bool) {
	for len(s.steps) > 0 {
		step := s.steps[0]
		n := float64(i) - s.base
		if n < step.count() {
			// n sends are due by t where From*t + a*t*t = n; in this form of
			// the root nothing cancels and a may be 0.
			a := (step.To - step.From) / (2 * step.For.Seconds())
			t := 2 * n / (step.From + math.Sqrt(max(0, step.From*step.From+4*a*n)))
			if n == 0 {
				t = 0 // also of a slope that begins at 0
			}
			return s.began + time.Duration(t*float64(time.Second)), true
		}
		s.base += step.count()
		s.began += step.For
		s.steps = s.steps[1:]
	}
	return 0, false
}

// dueBy is how many sends are due until a time of the run.
func (r Rate) dueBy(end time.Duration) uint64 {
	return uint64(sort.Search(int(math.Ceil(r.count())), func(i int) bool {
		s := schedule{steps: r}
		at, ok := s.due(uint64(i))
		return !ok || at > end
	}))
}
