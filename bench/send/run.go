package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/proc"
)

// bindWait is how long a gateway may take to bind to our carrier: its
// reconnects back off to half a minute.
const bindWait = 45 * time.Second

// Run loads the gateway as cfg says, writes a line a second to progress and the
// result to out, and returns it. It ends early with ctx. Where nothing was
// accepted it says so by an error.
func Run(ctx context.Context, cfg Config, out, progress io.Writer) (*Result, error) {
	sheet, err := plot.Open(cfg.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	if err := proc.MakeDir(cfg.Profile); err != nil {
		return nil, err
	}
	gateway, err := New(cfg)
	if err != nil {
		return nil, err
	}
	defer gateway.Close()
	c := gateway.c
	if err := gateway.AwaitBind(ctx, progress); err != nil {
		return nil, err
	}
	if err := gateway.dial(c.URL); err != nil {
		return nil, err
	}
	saved := func() error { return nil }
	if c.Profile != "" {
		ops := &proc.Ops{URL: c.Ops, Token: c.OpsToken}
		saved = ops.InBackground(ctx, c.Profile, c.Duration)
	}
	result, err := measure(ctx, gateway, progress)
	if err != nil {
		return nil, errors.Join(err, saved())
	}
	if err := errors.Join(saved(), result.write(out, c.JSON)); err != nil {
		return result, err
	}
	if err := sheet.Write(result.page); err != nil {
		return result, err
	}
	return result, result.err()
}

// measure runs the load, and the baseline's in between.
func measure(ctx context.Context, gateway *Load, progress io.Writer) (*Result, error) {
	c := gateway.c
	var base *Load
	if c.Baseline {
		p, url, err := StartBaseline(ctx, c.BaselineCommand)
		if err != nil {
			return nil, err
		}
		defer p.Stop()
		if base, err = gateway.beside(url); err != nil {
			return nil, err
		}
		defer base.Close()
	}
	w := watch(progress, gateway, base, c.process())
	sum, baseSum := NewTally(), NewTally()
	for _, d := range cut(c) {
		if ctx.Err() != nil {
			break
		}
		sum.Add(gateway.Slice(ctx, d))
		if base != nil {
			baseSum.Add(base.Slice(ctx, d))
		}
	}
	used := w.stop(sum.Accepted)
	r := gateway.Result(sum)
	r.Process, r.Series, r.Interrupted = used, w.series, ctx.Err() != nil
	if base != nil {
		r.Baseline = base.Result(baseSum)
		if r.Baseline.AcceptedPerSecond > 0 {
			r.Ratio = r.AcceptedPerSecond / r.Baseline.AcceptedPerSecond
		}
	}
	return r, nil
}

// Slice runs the load for d, waits until what it sent has arrived, so that it
// disturbs nobody who comes next, and returns what this one did.
func (l *Load) Slice(ctx context.Context, d time.Duration) *Tally {
	l.Begin()
	l.Run(ctx, d)
	late := l.Drain()
	t := l.Take()
	t.Late = late
	return t
}

// beside is a load of the same kind for another target, without a carrier.
func (l *Load) beside(rawURL string) (*Load, error) {
	c := *l.c
	c.SMSC, c.Baseline, c.Dialect, c.Batch = "", false, "tollgate", 1
	b, err := New(c)
	if err != nil {
		return nil, err
	}
	return b, b.dial(rawURL)
}

func (l *Load) dial(rawURL string) error {
	if err := l.Aim(rawURL); err != nil {
		return err
	}
	return l.Connect()
}

// process is the gateway's, as far as it can be known.
func (c *Config) process() int {
	if c.PID != 0 {
		return c.PID
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(u.Port())
	if ip := net.ParseIP(u.Hostname()); err != nil || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return 0 // elsewhere, most likely
	}
	return proc.Listener(port)
}

// cut divides the duration into slices; without a baseline it stays whole.
func cut(c *Config) (parts []time.Duration) {
	if !c.Baseline {
		return []time.Duration{c.Duration}
	}
	for rest := c.Duration; rest > 0; rest -= c.Slice {
		parts = append(parts, min(rest, c.Slice))
	}
	return parts
}

// AwaitBind waits for the gateway to bind to our carrier, where there is one.
func (l *Load) AwaitBind(ctx context.Context, progress io.Writer) error {
	if l.sink == nil {
		return nil
	}
	s := l.sink
	fmt.Fprintf(progress, "carrier on %s: waiting for the gateway to bind\n", s.addr)
	deadline := time.Now().Add(bindWait)
	for s.server.Stats().Bound == 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no gateway bound to %s within %v; start it with --carrier smpp://bench:bench@%s", s.addr, bindWait, s.addr)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}
