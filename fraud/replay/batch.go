package replay

import (
	"context"
	"sync"
)

// A batch is read and decoded while the one before it is decided: by one
// goroutine each, so that the order of the events is the file's.
const (
	batchEvents = 128
	batchOctets = 64 << 10 // of lines; one that is longer goes alone
	batches     = 4        // on their way at most
)

// batch is events with the lines that they borrow from.
type batch struct {
	events  []Event
	errs    []error // of each event; nil where it is one
	lines   []byte
	scratch []byte // texts with escapes, written out
	ignored int64  // by the end of it
}

// fill reads the next events. ended says that the last one's error is what the
// source ended with.
func (b *batch) fill(r *Reader) (ended bool) {
	b.events, b.errs, b.lines = b.events[:0], b.errs[:0], b.lines[:0]
	r.keep, r.dec.scratch = b, b.scratch[:0]
	for len(b.events) < batchEvents && len(b.lines) < batchOctets && !ended {
		if b.events == nil {
			b.events = make([]Event, 0, batchEvents)
		}
		b.events = b.events[:len(b.events)+1] // Next writes it anew
		e := &b.events[len(b.events)-1]
		err := r.Next(e)
		if err == nil {
			e.prepare()
		}
		b.errs = append(b.errs, err)
		ended = ends(err)
	}
	b.scratch, b.ignored = r.dec.scratch[:0], r.Ignored()
	if cap(b.scratch) > batchOctets {
		b.scratch = nil // of one odd line
	}
	return ended
}

// kept is a copy of a line that lasts as long as the batch. Earlier lines stay
// where they are when lines grows.
func (b *batch) kept(line []byte) []byte {
	at := len(b.lines)
	if cap(b.lines)-at < len(line) {
		b.lines, at = make([]byte, 0, max(2*batchOctets, len(line))), 0
	}
	b.lines = append(b.lines, line...)
	return b.lines[at:len(b.lines):len(b.lines)]
}

// ahead reads batches ahead of who decides them. full is closed behind the one
// that the source ended with; free takes batches back. stop ends it early, and
// waits until the Reader is at rest.
func ahead(ctx context.Context, from *Reader) (full <-chan *batch, free chan<- *batch, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	out, back := make(chan *batch, batches), make(chan *batch, batches)
	for range batches {
		back <- new(batch)
	}
	var done sync.WaitGroup
	done.Go(func() {
		defer close(out)
		for ended := false; !ended && ctx.Err() == nil; {
			select {
			case <-ctx.Done():
			case b := <-back:
				ended = b.fill(from)
				out <- b // there is room for all that there are
			}
		}
	})
	return out, back, func() { cancel(); done.Wait() }
}
