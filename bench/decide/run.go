package decide

import (
	"context"
	"fmt"
	"io"
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
func Run(ctx context.Context, cfg Config, out, progress io.Writer) ([]*Row, error) {
	c := cfg.withDefaults()
	sheet, err := plot.Open(c.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	r, err := newRig(ctx)
	if err != nil {
		return nil, err
	}
	defer r.gatherer.Close()
	var rows []*Row
	pieces := r.pieces(ctx)
	for _, g := range c.Goroutines {
		for _, p := range pieces {
			rows = append(rows, &Row{Piece: p.name, Goroutines: g, each: stat.NewLatencies()})
		}
	}
	for round := range c.Rounds { // all pieces in turn, so that what else happens meets all
		for i, row := range rows {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			row.add(pieces[i%len(pieces)], c.Slice)
		}
		fmt.Fprintf(progress, "round %d of %d\n", round+1, c.Rounds)
	}
	for _, row := range rows {
		row.NS, row.PerSecond, row.Allocs = stat.SpreadOf(row.ns), stat.SpreadOf(row.rates), stat.SpreadOf(row.allocs)
		row.Latency, row.curve = row.each.Summary(), row.each.Curve()
	}
	if err := write(out, rows, c.JSON); err != nil {
		return rows, err
	}
	return rows, sheet.Write(func() *plot.Page { return page(rows) })
}

// add makes one pass without and one with a clock.
func (r *Row) add(p piece, d time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	used, began := proc.Self(), time.Now()
	n := inParallel(p, r.Goroutines, d, nil)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	r.ns = append(r.ns, float64((proc.Self()-used).Nanoseconds())/float64(n))
	r.rates = append(r.rates, float64(n)/took.Seconds())
	r.allocs = append(r.allocs, float64(after.Mallocs-before.Mallocs)/float64(n))
	inParallel(p, r.Goroutines, d/2, r.each)
}

// block is how many calls are made between two looks at the clock.
const block = 256

// inParallel calls a piece from several goroutines for d, at least one block
// each however busy the machine is, and returns how often.
func inParallel(p piece, goroutines int, d time.Duration, each *stat.Latencies) uint64 {
	var next atomic.Uint64
	var all sync.WaitGroup
	end := time.Now().Add(d)
	for g := range goroutines {
		call := p.worker()
		all.Go(func() {
			for first := true; first || time.Now().Before(end); first = false {
				n := next.Add(block) - block
				if each == nil {
					for k := range uint64(block) {
						call(n + k)
					}
					continue
				}
				at := time.Now()
				for k := range uint64(block) {
					call(n + k)
					now := time.Now()
					each.Record(g, now.Sub(at))
					at = time.Now() // recording is not the piece's
				}
			}
		})
	}
	all.Wait()
	return next.Load()
}
