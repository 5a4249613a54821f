package replay

import (
	"context"
	"errors"
	"io"
	"time"
)

// maxFaults bounds the lines that are named.
const maxFaults = 20

// leap is how far an event may be from the one before it. Files have gaps of
// weeks; one event that is further away is a slip, two together are a new time.
const leap = 60 * 24 * time.Hour

// Clock keeps the events' time from running back, and from running off with one
// event whose time is wrong.
type Clock struct {
	Now        time.Time
	OutOfOrder int64 // leaps included
	doubted    time.Time
}

// Set moves an event that is earlier than one before it, or by itself far ahead,
// to that one's time, and says why.
func (c *Clock) Set(e *Event) error {
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
	errLeap    = errors.New("it is more than 60 days ahead of the event before it, and counts as made at that one's time")
)

// Stream hands every event of a file to feed, in time. It returns what was met
// on the way; the error is what the source or feed failed with. ctx is looked at
// every thousand lines.
func Stream(ctx context.Context, from *Reader, feed func(*Event) error) (in Input, err error) {
	in.Faults = []string{} // none is [] in JSON
	var e Event
	var clock Clock
	for {
		if in.Lines%1024 == 0 && ctx.Err() != nil {
			return in, context.Cause(ctx)
		}
		err := from.Next(&e)
		in.IgnoredFields, in.OutOfOrder = from.Ignored(), clock.OutOfOrder
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) { // of a compressed file
			in.Truncated = true
			in.fault(&LineError{Line: from.line + 1, Cut: true, Err: err})
			return in, nil
		}
		in.Lines++
		var bad *LineError
		if errors.As(err, &bad) {
			in.Malformed++
			in.Truncated = in.Truncated || bad.Cut
			in.fault(bad)
			continue
		}
		if err != nil {
			return in, err
		}
		if err := clock.Set(&e); err != nil {
			in.fault(&LineError{Line: e.Line, Err: err})
		}
		if err := feed(&e); err != nil {
			return in, err
		}
	}
}

func (in *Input) fault(e *LineError) {
	if len(in.Faults) < maxFaults {
		in.Faults = append(in.Faults, e.Error())
	}
}
