package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// load is one target under load. It may be run several times; everything adds
// up.
type load struct {
	c       *Config
	t       *target
	numbers numbers
	sink    *sink // nil without a carrier of ours
	http    *latencies

	next     atomic.Uint64 // index of the next number
	sent     atomic.Uint64
	accepted atomic.Uint64
	failed   atomic.Uint64 // answered otherwise, or not at all
	unsent   atomic.Uint64 // due, but the load had ended
	elapsed  atomic.Int64  // of the runs that ended
	started  atomic.Int64  // Unix nanoseconds; 0: not running

	mu      sync.Mutex
	idle    []*client
	refused map[string]uint64
}

func newLoad(c *Config, rawURL string, n numbers, s *sink) (*load, error) {
	t, err := newTarget(rawURL, c)
	if err != nil {
		return nil, err
	}
	return &load{c: c, t: t, numbers: n, sink: s, http: newLatencies(), refused: map[string]uint64{}}, nil
}

// connect opens all connections, so that the load itself does not.
func (l *load) connect() error {
	for range l.c.Connections {
		c, err := l.t.dial()
		if err != nil {
			return fmt.Errorf("connect to %s: %w; is the gateway running?", l.t.addr, err)
		}
		l.idle = append(l.idle, c)
	}
	return nil
}

func (l *load) close() {
	for _, c := range l.idle {
		c.close()
	}
}

// run loads the target for d and waits for the last answers.
func (l *load) run(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	start := time.Now()
	l.started.Store(start.UnixNano())
	var due chan job
	if l.c.Rate > 0 {
		due = make(chan job, 1<<16)
		go l.pace(ctx, start, due)
	}
	var wg sync.WaitGroup
	for w := range l.c.Connections {
		wg.Go(func() { l.work(ctx, w, due) })
	}
	wg.Wait()
	l.started.Store(0)
	l.elapsed.Add(int64(time.Since(start)))
}

// job is one request of the open loop.
type job struct{ at time.Time }

// pace hands out requests when they are due, and closes due at the end. When
// all connections are busy requests wait in the channel, and their latency with
// them.
func (l *load) pace(ctx context.Context, start time.Time, due chan<- job) {
	defer close(due)
	runtime.LockOSThread() // the pause is a sleep of the thread
	defer runtime.UnlockOSThread()
	for i := 0; ; i++ {
		at := start.Add(time.Duration(float64(i) / l.c.Rate * float64(time.Second)))
		if end, _ := ctx.Deadline(); at.After(end) {
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

// work is one connection's loop.
func (l *load) work(ctx context.Context, w int, due <-chan job) {
	c := l.take()
	defer func() { l.put(c) }()
	for {
		at := time.Now()
		if due != nil {
			j, ok := <-due
			if !ok {
				return
			}
			at = j.at
		}
		if ctx.Err() != nil {
			if due == nil {
				return
			}
			l.unsent.Add(1)
			continue
		}
		i := l.next.Add(1) - 1
		if l.sink != nil && !l.sink.begin(i, at) {
			return // the run's memory is used up
		}
		c = l.once(c, w, i, at)
	}
}

// once makes one request and returns the connection to go on with.
func (l *load) once(c *client, w int, i uint64, at time.Time) *client {
	var err error
	if c == nil {
		if c, err = l.t.dial(); err != nil {
			l.refuse("connect")
			time.Sleep(50 * time.Millisecond) // a dead gateway is not worth a busy loop
			return nil
		}
	}
	l.sent.Add(1)
	began := time.Now()
	code, err := c.send(l.numbers, i)
	if err != nil {
		l.refuse(l.errorKind(err, time.Since(began)))
		c.close()
		return nil
	}
	l.http.record(w, time.Since(at))
	if code != "" {
		l.refuse(code)
		return c
	}
	l.accepted.Add(1)
	return c
}

// errorKind sorts the errors of a connection into few kinds. The HTTP reader
// does not pass on what a time-out was, the clock tells.
func (l *load) errorKind(err error, took time.Duration) string {
	switch {
	case took >= l.c.Timeout:
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	}
	return "connection"
}

func (l *load) refuse(code string) {
	l.failed.Add(1)
	l.mu.Lock()
	l.refused[code]++
	l.mu.Unlock()
}

func (l *load) take() *client {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle) == 0 {
		return nil
	}
	c := l.idle[len(l.idle)-1]
	l.idle = l.idle[:len(l.idle)-1]
	return c
}

func (l *load) put(c *client) {
	if c == nil {
		return
	}
	l.mu.Lock()
	l.idle = append(l.idle, c)
	l.mu.Unlock()
}

// busy is how long the target has been under load.
func (l *load) busy() time.Duration {
	d := l.elapsed.Load()
	if start := l.started.Load(); start != 0 {
		d += time.Now().UnixNano() - start
	}
	return time.Duration(d)
}
