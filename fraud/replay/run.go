package replay

import (
	"context"
	"errors"
	"io"
	"time"
)

// maxFaults bounds the lines that are named.
const maxFaults = 20

// Clock keeps the events' time from running back.
type Clock struct {
	Now        time.Time
	OutOfOrder int64
}

// Set moves an event that is earlier than one before it to that one's time.
func (c *Clock) Set(e *Event) (late bool) {
	if e.At.Before(c.Now) {
		e.At = c.Now
		c.OutOfOrder++
		return true
	}
	c.Now = e.At
	return false
}

// errEarlier is a fault of order, not of form.
var errEarlier = errors.New("it is earlier than an event before it, and counts as made at that one's time")

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
		if clock.Set(&e) {
			in.fault(&LineError{Line: e.Line, Err: errEarlier})
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
