package crashtest

import (
	"sync/atomic"
	"time"
)

// lateness is how far a busy machine lets a timer slip, so that the 20 ms of a
// Write are judged by what a timer of its own took meanwhile.
type lateness struct {
	worst atomic.Int64
	quit  chan struct{}
}

func watchLateness() *lateness {
	l := &lateness{quit: make(chan struct{})}
	go func() {
		const every = 2 * time.Millisecond
		for last := time.Now(); ; {
			select {
			case <-l.quit:
				return
			case <-time.After(every):
			}
			now := time.Now()
			l.worst.Store(max(l.worst.Load(), int64(now.Sub(last)-every)))
			last = now
		}
	}()
	return l
}

func (l *lateness) stop() { close(l.quit) }

// within is how old a Write must be to be on disk for sure. The promise is
// 20 ms; the rest is for machines that are busy with other things, where the
// committer may be late by several times what the timer here shows.
func (l *life) within() time.Duration {
	return 250*time.Millisecond + 6*time.Duration(l.late.worst.Load())
}
