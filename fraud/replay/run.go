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

// Stream hands every event of a file to feed, in time. It returns what was met
// on the way; the error is what the source or feed failed with. ctx is looked at
// every thousand lines.
func Stream(ctx context.Context, from *Reader, feed func(*Event) error) (in Input, err error) {
	var e Event
	var clock Clock
	var met faults
	defer func() { in.Faults = met.list() }()
	for {
		if in.Lines%1024 == 0 && ctx.Err() != nil {
			return in, context.Cause(ctx)
		}
		err := from.Next(&e)
		in.IgnoredFields, in.OutOfOrder, in.Undated = from.Ignored(), clock.OutOfOrder, clock.Undated
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) { // of a compressed file
			in.Truncated = true
			met.add(&LineError{Line: from.line + 1, Cut: true, Err: err})
			return in, nil
		}
		in.Lines++
		var bad *LineError
		if errors.As(err, &bad) {
			in.Malformed++
			in.Truncated = in.Truncated || bad.Cut
			met.add(bad)
			continue
		}
		if err != nil {
			return in, err
		}
		if err := clock.Set(&e); err != nil {
			met.add(&LineError{Line: e.Line, Err: err})
		}
		if err := feed(&e); err != nil {
			return in, err
		}
	}
}
