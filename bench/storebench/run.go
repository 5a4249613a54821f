package storebench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/bench/plot"
	"tollgate/bench/proc"
	"tollgate/bench/stat"
)

// Run measures, writes a line for each round to progress and the result to out,
// and returns it.
func Run(ctx context.Context, cfg Config, out, progress io.Writer) (_ *Result, err error) {
	c := cfg.withDefaults()
	sheet, err := plot.Open(c.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	dir, err := os.MkdirTemp(c.Dir, "tollgate-store-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the engines: %w", err)
	}
	defer os.RemoveAll(dir)
	var engines []*engine
	defer func() {
		for _, e := range engines {
			err = errors.Join(err, e.close())
		}
	}()
	for _, open := range []func(string) (*engine, error){openLog, openPebble} {
		e, err := open(dir)
		if err != nil {
			return nil, err
		}
		engines = append(engines, e)
	}
	r := &Result{At: time.Now(), Cores: runtime.NumCPU(), Filesystem: proc.Filesystem(dir)}
	var n atomic.Uint64
	for _, writers := range c.Writers {
		rows, err := measure(ctx, &c, engines, writers, &n, progress)
		if err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, rows...)
	}
	if err := r.write(out, c.JSON); err != nil {
		return r, err
	}
	return r, sheet.Write(r.page)
}

// measure gives each engine a slice in every round.
func measure(ctx context.Context, c *Config, engines []*engine, writers int, n *atomic.Uint64, progress io.Writer) ([]*Row, error) {
	var rows []*Row
	for _, e := range engines {
		rows = append(rows, &Row{Engine: e.name, Writers: writers, commit: stat.NewLatencies(), syncs: stat.NewLatencies()})
	}
	for round := range c.Rounds {
		line := fmt.Sprintf("%d writers, round %d of %d:", writers, round+1, c.Rounds)
		for i, e := range engines {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := slice(ctx, e, writers, c.Slice, n, rows[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", e.name, err)
			}
			line += fmt.Sprintf("  %s %.0f/s", e.name, rows[i].rates[round])
		}
		fmt.Fprintln(progress, line)
	}
	for _, row := range rows {
		row.sum(rows[0])
	}
	return rows, nil
}

// slice has writers commit one after the other for d.
func slice(ctx context.Context, e *engine, writers int, d time.Duration, n *atomic.Uint64, row *Row) error {
	e.syncs.Take() // of openings and flushes in between
	before := proc.Self()
	began := time.Now()
	end := began.Add(d)
	var count atomic.Uint64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for at := time.Now(); at.Before(end) && ctx.Err() == nil; at = time.Now() {
				if err := e.accept(ctx, n.Add(1)); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				row.commit.Record(w, time.Since(at))
				count.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return *err
	}
	if count.Load() == 0 {
		return errors.New("nothing was committed")
	}
	row.rates = append(row.rates, float64(count.Load())/took.Seconds())
	row.cpu = append(row.cpu, (proc.Self()-before).Seconds()*1e6/float64(count.Load()))
	row.syncs.Merge(e.syncs.Take())
	return nil
}
