package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"tollgate/bench/devgate"
	"tollgate/bench/plot"
	"tollgate/bench/proc"
	"tollgate/bench/send"
)

// ErrFailed is wrapped by the error of a soak that found something.
var ErrFailed = errors.New("the soak failed")

// Run soaks, writes a line for each sample to progress and the result to out,
// and returns it. The error says what was found, if anything was. It ends early
// with ctx; what was measured until then is judged.
func Run(ctx context.Context, cfg Config, out, progress io.Writer) (*Result, error) {
	if errs := cfg.Validate(); errs != nil {
		return nil, errors.Join(errs...)
	}
	sheet, err := plot.Open(cfg.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	l, err := send.New(cfg.send())
	if err != nil {
		return nil, err
	}
	defer l.Close()
	g, err := open(ctx, &cfg, l, progress)
	if err != nil {
		return nil, err
	}
	defer g.stop()
	if err := l.AwaitBind(ctx, progress); err != nil {
		return nil, err
	}
	if err := l.Aim(g.url); err != nil {
		return nil, err
	}
	if err := l.Connect(); err != nil {
		return nil, err
	}
	r, err := soak(ctx, &cfg, l, g, progress)
	if err != nil {
		return nil, err
	}
	r.judge(&cfg)
	if err := r.write(out, cfg.JSON); err != nil {
		return r, err
	}
	if err := sheet.Write(r.page); err != nil {
		return r, err
	}
	return r, r.err()
}

// target is the gateway that is soaked.
type target struct {
	url  string
	ops  *proc.Ops
	pid  int
	stop func()
}

// open takes the gateway that runs, or starts one.
func open(ctx context.Context, c *Config, l *send.Load, progress io.Writer) (*target, error) {
	if c.URL != "" {
		g := &target{url: c.URL, ops: &proc.Ops{URL: c.Ops, Token: c.OpsToken}, stop: func() {}}
		if u, err := url.Parse(c.URL); err == nil {
			if port, err := strconv.Atoi(u.Port()); err == nil {
				g.pid = proc.Listener(port)
			}
		}
		_, err := g.ops.Metrics(ctx) // a wrong address shows now, not after hours
		return g, err
	}
	d, err := devgate.Start(ctx, devgate.Config{Command: c.Command, Dir: c.Dir, Carrier: l.Carrier()})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(progress, "started a gateway, process %d, ops %s\n", d.Pid(), d.Ops.URL)
	return &target{url: d.URL, ops: d.Ops, pid: d.Pid(), stop: d.Stop}, nil
}

// soak runs the load and samples beside it.
func soak(ctx context.Context, c *Config, l *send.Load, g *target, progress io.Writer) (*Result, error) {
	r := &Result{At: time.Now(), Rate: c.Rate, Total: send.NewTally()}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Run(ctx, c.Duration)
	}()
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-ended:
			running = false
			late := l.Drain()
			t := l.Take()
			t.Late = late
			r.Total.Add(t)
		case <-tick.C:
			t := l.Take()
			r.Total.Add(t)
			s, err := sample(ctx, r.At, g, t)
			if err != nil && ctx.Err() == nil {
				fmt.Fprintf(progress, "no sample: %v\n", err) // a gateway that is gone shows in what is not accepted
				continue
			}
			if ctx.Err() == nil {
				r.Samples = append(r.Samples, s)
				fmt.Fprintln(progress, s.String())
			}
		}
	}
	r.Seconds = time.Since(r.At).Seconds()
	return r, nil
}
