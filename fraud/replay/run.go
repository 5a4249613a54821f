package replay

import (
	"context"
	"errors"
	"io"
	"time"
)

// leap is how far an event may be from the one before it. Files have gaps of
// weeks; one event that is further away is a slip, two together are a new time.
const leap = 60 * 24 * time.Hour

// Clock keeps the events' time from running back, and from running off with one
// event whose time is wrong.
type Clock struct {
	Now        time.Time
	OutOfOrder int64 // leaps included
	Undated    int64
	doubted    time.Time
}

// beforeAll is the time of events that have none, where none before them has one.
var beforeAll = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Set moves an event that is earlier than one before it, by itself far ahead, or
// without a time of its own, to that one's time, and says why.
func (c *Clock) Set(e *Event) error {
	if e.Undated {
		c.Undated++
		if e.At = c.Now; c.Now.IsZero() {
			e.At = beforeAll
		}
		return errUndated
	}
	switch ahead := e.At.Sub(c.Now); {
	case c.Now.IsZero():
	case ahead > leap && e.At.Sub(c.doubted).Abs() > leap:
		c.doubted, e.At = e.At, c.Now
		c.OutOfOrder++
		return errLeap
	case ahead < 0:
		e.At = c.Now
		c.OutOfOrder++
		return errEarlier
	}
	c.Now, c.doubted = e.At, time.Time{}
	return nil
}

// Faults of order, not of form.
var (
	errEarlier = errors.New("it is earlier than an event before it, and counts as made at that one's time")
	errUndated = errors.New("its \"at\" is missing, or no time (RFC 3339, with a zone), and it counts as made at that of the event before it")
	errLeap    = errors.New("it is more than 60 days ahead of the event before it, and counts as made at that one's time")
)

// Stream hands every event of a file to feed, in time; an event is good until
// feed returns. It returns what was met on the way; the error is what the source
// or feed failed with. Reading and decoding are a few hundred events ahead of
// feed, in a goroutine that has ended when Stream returns.
func Stream(ctx context.Context, from *Reader, feed func(*Event) error) (Input, error) {
	s := streaming{feed: feed}
	full, free, stop := ahead(ctx, from)
	defer stop()
	for {
		if ctx.Err() != nil {
			return s.input(), context.Cause(ctx)
		}
		select {
		case <-ctx.Done():
		case b, more := <-full:
			if !more {
				return s.input(), nil
			}
			if err := s.take(b); err != nil {
				return s.input(), err
			}
			free <- b
		}
	}
}

// ends says that nothing comes behind an error of a Reader.
func ends(err error) bool {
	if err == nil { // without the target of errors.As, a million of which add up
		return false
	}
	var bad *LineError
	return !errors.As(err, &bad)
}

// streaming is what was met of a file so far.
type streaming struct {
	in    Input
	clock Clock
	met   faults
	feed  func(*Event) error
}

func (s *streaming) input() Input {
	s.in.OutOfOrder, s.in.Undated, s.in.Faults = s.clock.OutOfOrder, s.clock.Undated, s.met.list()
	return s.in
}

// take feeds the events of a batch. Its error is what the source or feed failed
// with; the end is none.
func (s *streaming) take(b *batch) error {
	for i := range b.events {
		if err := s.one(&b.events[i], b.errs[i]); err != nil {
			return err
		}
	}
	s.in.IgnoredFields = b.ignored
	return nil
}

func (s *streaming) one(e *Event, err error) error {
	if err != nil {
		return s.fault(e.Line, err)
	}
	s.in.Lines++
	if err := s.clock.Set(e); err != nil {
		s.met.add(&LineError{Line: e.Line, Err: err})
	}
	return s.feed(e)
}

// fault notes what stands where an event should. What a source fails with is
// returned; that it ends is no failure.
func (s *streaming) fault(line int64, err error) error {
	var bad *LineError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &bad):
		s.in.Lines++
		s.in.Malformed++
	case errors.Is(err, io.ErrUnexpectedEOF): // of a compressed file
		bad = &LineError{Line: line, Cut: true, Err: err}
	default:
		return err
	}
	s.in.Truncated = s.in.Truncated || bad.Cut
	s.met.add(bad)
	return nil
}
