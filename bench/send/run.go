package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// bindWait is how long a gateway may take to bind to our carrier: its
// reconnects back off to half a minute.
const bindWait = 45 * time.Second

// Run loads the gateway as cfg says, writes a line of progress a second and the
// result to out, and returns the result. With Config.JSON only the result is
// written. It ends early with ctx.
func Run(ctx context.Context, cfg Config, out io.Writer) (*Result, error) {
	if errs := cfg.Validate(); errs != nil {
		return nil, errors.Join(errs...)
	}
	c := cfg.withDefaults()
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixNano())
	}
	progress := out
	if c.JSON {
		progress = io.Discard
	}
	n := newNumbers(c.Seed)
	var s *sink
	if c.SMSC != "" {
		var err error
		if s, err = newSink(&c, n); err != nil {
			return nil, err
		}
		defer s.server.Close()
		if err := s.awaitBind(ctx, progress); err != nil {
			return nil, err
		}
	}
	gateway, err := newLoad(&c, c.URL, n, s)
	if err != nil {
		return nil, err
	}
	if err := gateway.connect(); err != nil {
		return nil, err
	}
	defer gateway.close()
	result, err := measure(ctx, &c, gateway, progress)
	if err != nil {
		return nil, err
	}
	return result, result.write(out, c.JSON)
}

// measure runs the load, and the baseline's in between.
func measure(ctx context.Context, c *Config, gateway *load, progress io.Writer) (*Result, error) {
	var base *load
	if c.Baseline {
		p, err := startBaseline(ctx, c)
		if err != nil {
			return nil, err
		}
		defer p.stop()
		if base, err = newLoad(c, p.url, gateway.numbers, nil); err != nil {
			return nil, err
		}
		if err := base.connect(); err != nil {
			return nil, err
		}
		defer base.close()
	}
	stop := watch(progress, gateway, base)
	for _, d := range cut(c) {
		if ctx.Err() != nil {
			break
		}
		gateway.run(ctx, d)
		if base != nil {
			if gateway.sink != nil { // what is still on its way would disturb the other
				gateway.sink.drain(gateway.accepted.Load, c.Drain)
			}
			base.run(ctx, d)
		}
	}
	stop()
	if gateway.sink != nil {
		gateway.sink.drain(gateway.accepted.Load, c.Drain)
	}
	r := gateway.result()
	if base != nil {
		r.Baseline = base.result()
		if r.Baseline.AcceptedPerSecond > 0 {
			r.Ratio = r.AcceptedPerSecond / r.Baseline.AcceptedPerSecond
		}
	}
	return r, nil
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

// awaitBind waits for the gateway to bind to our carrier.
func (s *sink) awaitBind(ctx context.Context, progress io.Writer) error {
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

// watch prints a line a second until the returned function is called.
func watch(out io.Writer, gateway, base *load) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		var before [3]uint64
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			now := [3]uint64{gateway.accepted.Load(), 0, 0}
			line := fmt.Sprintf("%5.1fs accepted %d/s", gateway.busy().Seconds(), now[0]-before[0])
			if s := gateway.sink; s != nil {
				now[1] = s.submitted.Load()
				line += fmt.Sprintf("  submitted %d/s", now[1]-before[1])
			}
			if base != nil {
				now[2] = base.accepted.Load()
				line += fmt.Sprintf("  baseline %d/s", now[2]-before[2])
			}
			if failed := gateway.failed.Load(); failed > 0 {
				line += fmt.Sprintf("  refused or failed %d", failed)
			}
			fmt.Fprintln(out, line)
			before = now
		}
	}()
	return func() { close(done); <-ended }
}
