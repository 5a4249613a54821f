package compare

import (
	"context"
	"fmt"
	"io"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/proc"
	"tollgate/bench/send"
)

// Run compares, writes a line for each round to progress and the result to out,
// and returns it. It ends early with ctx.
func Run(ctx context.Context, cfg Config, out, progress io.Writer) (*Result, error) {
	c := cfg.withDefaults()
	sheet, err := plot.Open(c.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	// Beside the load there are starts and drains, which have bounds of their
	// own; this is the bound of all of them.
	ctx, cancel := context.WithTimeout(ctx, 3*c.Duration+3*time.Minute)
	defer cancel()
	result := newResult(&c)
	systems, err := startAll(ctx, &c, result, progress)
	defer func() {
		for _, s := range systems {
			s.close()
		}
	}()
	if err != nil {
		return nil, err
	}
	phases := c.phases()
	slice := c.Duration / time.Duration(len(phases)*len(systems)*c.Rounds)
	result.SliceSeconds = slice.Seconds()
	warm(ctx, systems, phases, min(slice, time.Second), progress)
	for _, p := range phases {
		f, err := measure(ctx, &c, systems, p, slice, progress)
		if err != nil {
			return nil, err
		}
		result.Phases = append(result.Phases, f)
	}
	if err := result.write(out, c.JSON); err != nil {
		return result, err
	}
	return result, sheet.Write(result.page)
}

// startAll starts every system that is there. What it has started it returns,
// also with an error.
func startAll(ctx context.Context, c *Config, r *Result, progress io.Writer) (systems []*system, err error) {
	starts := []func() (*system, error){func() (*system, error) { return startBare(ctx, c) }}
	switch bearerbox, _, err := programs(); {
	case c.NoKannel:
		r.KannelMissing = "left out, as asked"
	case err != nil:
		r.KannelMissing = err.Error()
	default:
		r.Kannel = kannelVersion(ctx, bearerbox)
		starts = append(starts,
			func() (*system, error) { return startKannel(ctx, c, kannel, false) },
			func() (*system, error) { return startKannel(ctx, c, spooling, true) })
	}
	if r.KannelMissing != "" {
		fmt.Fprintf(progress, "Kannel is missing from this comparison: %s\n", r.KannelMissing)
	}
	starts = append(starts, func() (*system, error) { return startTollgate(ctx, c) })
	for _, start := range starts {
		s, err := start()
		if err != nil {
			return systems, err
		}
		fmt.Fprintf(progress, "%s is ready\n", s.name)
		systems = append(systems, s)
	}
	return systems, nil
}

// warm gives each system a moment that does not count.
func warm(ctx context.Context, systems []*system, phases []phase, d time.Duration, progress io.Writer) {
	fmt.Fprintln(progress, "warming up")
	for _, s := range systems {
		l := s.sibling(phases[0].load)
		if l.Connect() == nil { // if not, the measurement says so
			l.Slice(ctx, d)
		}
		l.Disconnect()
	}
}

// measure gives each system a slice in every round.
func measure(ctx context.Context, c *Config, systems []*system, p phase, slice time.Duration, progress io.Writer) (*Phase, error) {
	f := newPhase(&p, systems)
	for round := range c.Rounds {
		line := fmt.Sprintf("%s, round %d of %d:", p.name, round+1, c.Rounds)
		for i, s := range systems {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("the comparison was ended: %w", err)
			}
			rate, err := one(ctx, s, &p, slice, f.systems[i])
			if err != nil { // one bad slice is no reason to throw the others away
				f.systems[i].failed(err)
			}
			line += fmt.Sprintf("  %s %.0f/s", s.name, rate)
		}
		fmt.Fprintln(progress, line)
	}
	if ours := f.systems[len(systems)-1]; len(ours.accepted) == 0 {
		return nil, fmt.Errorf("tollgate accepted nothing: %w", ours.lastError)
	}
	f.sum()
	return f, nil
}

// one is one slice of one system, and its rate.
func one(ctx context.Context, s *system, p *phase, slice time.Duration, f *figures) (float64, error) {
	l := s.sibling(p.load)
	if err := l.Connect(); err != nil {
		return 0, err
	}
	defer l.Disconnect()
	before := s.usage()
	t := l.Slice(ctx, slice)
	if t.Accepted == 0 {
		return 0, fmt.Errorf("nothing was accepted; errors by code: %v", t.Errors)
	}
	f.add(t, before, s.usage())
	return f.rates[len(f.rates)-1], nil
}

// failed keeps the place of a slice that did not come about.
func (f *figures) failed(err error) {
	f.rounds = append(f.rounds, round{})
	f.lastError = err
}

// add takes one slice's figures.
func (f *figures) add(t *send.Tally, before, after proc.Usage) {
	f.total.Add(t)
	f.accepted = append(f.accepted, t.AcceptedPerSecond())
	rate := t.AcceptedPerSecond()
	if t.ToSMSC != nil {
		rate = t.SubmittedPerSecond()
		to := t.ToSMSC.Summary()
		f.toP50, f.toP99 = append(f.toP50, to.P50), append(f.toP99, to.P99)
	}
	http := t.HTTP.Summary()
	f.rates = append(f.rates, rate)
	f.rounds = append(f.rounds, round{t.AcceptedPerSecond(), rate})
	f.httpP50, f.httpP99 = append(f.httpP50, http.P50), append(f.httpP99, http.P99)
	perMessage := func(d time.Duration) float64 { return d.Seconds() * 1e6 / float64(t.Accepted) }
	f.user = append(f.user, perMessage(after.User-before.User))
	f.system = append(f.system, perMessage(after.System-before.System))
	f.rss = max(f.rss, after.RSS)
}
