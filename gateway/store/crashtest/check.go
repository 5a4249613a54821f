package crashtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"tollgate/gateway/store"
)

// check compares what a start found with the model, unless the disk fails
// meanwhile.
func (l *life) check() error {
	l.model = model{}
	for _, m := range l.own {
		for k, h := range m {
			l.model[k] = h
		}
	}
	err := l.settle()
	if err == nil {
		err = l.recovered(l.store)
	}
	if errors.Is(err, store.ErrFailed) && !l.disk.Hit().IsZero() {
		return nil
	}
	return err
}

// found is where in its history a record was found.
type found struct {
	h  *history
	at int
}

// settle reads every record and makes what it finds the truth. What may not be
// found any more is no longer in its history: see end.
func (l *life) settle() error {
	at := map[key]found{}
	for _, m := range l.own {
		for k, h := range m {
			got, err := l.read(l.store, k)
			if err != nil {
				return fmt.Errorf("reading %v: %w", k, err)
			}
			i, ok := h.match(got, 0)
			if !ok {
				return fmt.Errorf("%v is %+v; that it never was, or no more: %s", k, got, h)
			}
			at[k] = found{h, i}
		}
	}
	if err := whole(at); err != nil {
		return err
	}
	for _, f := range at {
		f.h.versions = []version{{value: f.h.versions[f.at].value}}
	}
	return nil
}

// whole says which change was half done: one of its records is as the change
// left it, another one as it was before.
func whole(at map[key]found) error {
	type half struct{ done, missed key }
	parts := map[*change]*half{}
	for k, f := range at {
		for i, v := range f.h.versions {
			if v.by == nil {
				continue
			}
			p := parts[v.by]
			if p == nil {
				p = &half{}
				parts[v.by] = p
			}
			switch {
			case f.at == i:
				p.done = k
			case f.at < i:
				p.missed = k
			}
		}
	}
	for c, p := range parts {
		if p.done != (key{}) && p.missed != (key{}) {
			return fmt.Errorf("half of %q was written: %v, not %v", c.what, p.done, p.missed)
		}
	}
	return nil
}

func (h *history) String() (s string) {
	for i, v := range h.versions {
		what := "as found"
		if v.by != nil {
			what = fmt.Sprintf("%s (%s)", v.by.what, [...]string{"unsure", "written", "acknowledged"}[v.by.promise])
		}
		s += fmt.Sprintf("\n  %d %s: %+v", i, what, v.value)
	}
	return s
}

// end ends the life, in order or by a cut, and forgets the versions that may
// not be found any more.
func (l *life) end(orderly bool) error {
	failed := l.fatals.Load() > 0
	if failed {
		if err := l.refuses(); err != nil {
			return err
		}
	} else if !orderly {
		l.cutAround()
	}
	err := l.close()
	if errors.Is(err, errStuck) {
		return err
	}
	if failed && !errors.Is(err, store.ErrFailed) {
		return fmt.Errorf("closing after a failure is answered %w", err)
	}
	if l.fatals.Load() > 1 {
		return fmt.Errorf("fatal was called %d times", l.fatals.Load())
	}
	l.disk.Cut()
	// From a fault that the store survives on, as of a table, writes may stall:
	// what is not waited for is then late.
	crash := l.disk.Hit()
	l.count(failed)
	for _, m := range l.own {
		for _, h := range m {
			from := h.floor(crash, l.within())
			if err == nil { // Close has written everything
				from = h.last()
			}
			l.tallyOf(h, from)
			h.versions = h.versions[from:]
		}
	}
	l.mem = l.disk.Left()
	l.disk.Bury()
	return nil
}

// last is the newest version that the store said anything of.
func (h *history) last() int {
	for i := len(h.versions) - 1; i > 0; i-- {
		if h.versions[i].by.promise != unsure {
			return i
		}
	}
	return 0
}

// cutAround cuts the power before Close or, as often, while it is at work.
func (l *life) cutAround() {
	if l.rng.IntN(2) == 0 {
		l.disk.Cut()
		return
	}
	time.AfterFunc(time.Duration(l.rng.IntN(300))*time.Microsecond, l.disk.Cut)
}

// closeWithin is how long a Close may take: what it waits for are milliseconds, and
// the rest is for a machine that stands still. One that waits for ever is told from
// that by the stacks that come with it, of its own goroutines and of the other
// schedules'.
const closeWithin = 2 * time.Minute

var errStuck = errors.New("the store does not close")

// close closes the store, or says where all stand that it may wait for.
func (l *life) close() error {
	began, closed := time.Now(), make(chan error, 1)
	go func() { closed <- l.store.Close() }()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeWithin):
	}
	stacks := make([]byte, 16<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	select {
	case <-closed: // while the stacks were taken
		return fmt.Errorf("%w for %v, and then does", errStuck, time.Since(began))
	default:
	}
	return fmt.Errorf("%w within %v, in which a timer was late by %v at most; hit %v; all goroutines:\n%s",
		errStuck, closeWithin, time.Duration(l.late.worst.Load()), l.disk.Hit(), stacks)
}

func (l *life) count(failed bool) {
	switch f := l.disk.fault; {
	case failed && f.Err != nil:
		l.tally.Failures++
	case f.Kill:
		l.tally.Kills++
	default:
		l.tally.Cuts++
	}
}

// tallyOf counts what the store said of a record's versions.
func (l *life) tallyOf(h *history, floor int) {
	for i, v := range h.versions[1:] {
		switch v.by.promise {
		case acked:
			l.tally.Acked++
		case written:
			l.tally.Written++
			if i+1 > floor {
				l.tally.AtRisk++
			}
		}
	}
}

// refuses wants ErrFailed of everything.
func (l *life) refuses() error {
	tx := &store.Tx{Messages: []*store.Message{{ID: store.NewID(base, "+491700", [9]byte{9})}}}
	_, read := l.store.Message(context.Background(), tx.Messages[0].ID)
	_, claimed := l.store.Claim(context.Background(), tenant, "after a failure", [32]byte{}, l.now())
	for what, err := range map[string]error{
		"Commit": l.store.Commit(context.Background(), tx), "Write": l.store.Write(tx), "Full": l.store.Full(), "Message": read, "Claim": claimed,
	} {
		if !errors.Is(err, store.ErrFailed) {
			return fmt.Errorf("%s after a failure is answered %w, want ErrFailed", what, err)
		}
	}
	return nil
}
