package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"runtime/debug"

	"tollgate/fraud/replay"
)

// replayRun is one replay on its way: each policy's lane, and what is written
// while it runs.
type replayRun struct {
	flags      *replayFlags
	lanes      []*replay.Lane
	comparison *replay.Comparison
	explained  []*replay.Explained
	input      replay.Input

	decisions *bufio.Writer
	file      io.Closer
	page      *os.File // of --html; nil without
	line      []byte
}

// maxExplained bounds how many sends of one id are explained.
const maxExplained = 10

func newReplayRun(f *replayFlags, rig *replayRig, c *cli) (*replayRun, error) {
	r := &replayRun{flags: f, lanes: rig.lanes()}
	if len(r.lanes) > 1 {
		r.comparison = replay.NewComparison()
	}
	switch f.decisions { // what cannot be written must show before an hour's work
	case "":
	case "-":
		r.decisions = bufio.NewWriterSize(c.out, 1<<18)
	default:
		out, err := os.Create(f.decisions)
		if err != nil {
			return nil, usageError{err}
		}
		r.decisions, r.file = bufio.NewWriterSize(out, 1<<18), out
	}
	if f.html != "" {
		var err error
		if r.page, err = os.Create(f.html); err != nil {
			return nil, usageError{err}
		}
	}
	return r, nil
}

// heapGrowth is how much garbage a replay's heap gathers before it is swept, in
// percent of what is kept: most of that has no pointers, so that sweeping four
// times as often as usual takes some 3 % of the time, and the heap a third less.
const heapGrowth = 25

// tightHeap sets it, unless GOGC says otherwise, until what it returns is called.
func tightHeap() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	former := debug.SetGCPercent(heapGrowth)
	return func() { debug.SetGCPercent(former) }
}

// event takes the next event through all lanes.
func (r *replayRun) event(e *replay.Event) error {
	one := r.lanes[0].Feed(e)
	if one != nil && r.decisions != nil {
		r.line = one.AppendLine(r.line[:0])
		if _, err := r.decisions.Write(r.line); err != nil {
			return err
		}
	}
	if err := r.explain(one); err != nil {
		return err
	}
	if len(r.lanes) == 1 {
		return nil
	}
	other := r.lanes[1].Feed(e)
	if one != nil {
		r.comparison.Add(one, other)
	}
	return r.explain(other)
}

func (r *replayRun) explain(d *replay.Decided) error {
	if d == nil || r.flags.explain == "" || string(d.Event.ID) != r.flags.explain || len(r.explained) == maxExplained {
		return nil
	}
	x, err := d.Explain()
	if err == nil {
		r.explained = append(r.explained, x)
	}
	return err
}

// close writes what is left of the decisions.
func (r *replayRun) close() error {
	var errs []error
	if r.decisions != nil {
		errs = append(errs, r.decisions.Flush())
	}
	if r.file != nil {
		errs = append(errs, r.file.Close())
	}
	return errors.Join(errs...)
}
