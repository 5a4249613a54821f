package send

import (
	"context"
	"runtime"
	"time"
)

// job is one request of the open loop.
type job struct{ at time.Time }

// pace hands out requests when they are due, and closes due at the end. When
// all connections are busy requests wait in the channel, and their latency with
// them.
func pace(ctx context.Context, rate Rate, start time.Time, due chan<- job) {
	defer close(due)
	runtime.LockOSThread() // the pause is a sleep of the thread
	defer runtime.UnlockOSThread()
	s := schedule{steps: rate}
	for i := uint64(0); ; i++ {
		after, ok := s.due(i)
		at := start.Add(after)
		if end, _ := ctx.Deadline(); !ok || at.After(end) {
			return
		}
		for wait := time.Until(at); wait > 0; wait = time.Until(at) {
			pause(min(wait, 10*time.Millisecond))
			if ctx.Err() != nil {
				return
			}
		}
		select {
		case due <- job{at}:
		case <-ctx.Done():
			return
		}
	}
}

// leftSteps is how many different waits what was never sent is recorded with: a
// stalled gateway can leave hundreds of millions of sends.
const leftSteps = 4096

// leave counts what an open loop had due and did not take up before it ended. Its
// place in the queue is known: sends are taken up in their order. Each waited at
// least from when it was due until the end.
func (l *Load) leave(rate Rate, begun uint64, end time.Duration) {
	due := rate.dueBy(end)
	if due <= begun {
		return
	}
	l.unsent.Add(due - begun)
	s, stride := schedule{steps: rate}, (due-begun)/leftSteps+1
	for i := begun; i < due; i += stride {
		at, _ := s.due(i)
		l.http.RecordN(0, end-at, min(stride, due-i))
	}
}
