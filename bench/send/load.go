package send

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/bench/stat"
)

// Load is one target under load. It may be run several times; everything adds
// up until it is taken.
type Load struct {
	c      *Config
	t      *target
	plan   *plan
	sink   *sink           // nil without a carrier of ours
	http   *stat.Latencies // of what was accepted, and of what got no answer or was never sent
	turned *stat.Latencies // of what was refused

	counters
	elapsed atomic.Int64 // of the runs that ended
	started atomic.Int64 // Unix nanoseconds; 0: not running

	mu      sync.Mutex
	idle    []*client
	refused map[string]uint64
	taken   snapshot
}

type counters struct {
	sent     atomic.Uint64
	accepted atomic.Uint64
	failed   atomic.Uint64 // answered otherwise, or not at all
	begun    atomic.Uint64 // taken up, also where there was no connection to send it
	unsent   atomic.Uint64 // due, and not taken up before the load ended
}

// New makes a load, and its carrier where it has one: the gateway may bind from
// now on.
func New(cfg Config) (*Load, error) {
	if errs := cfg.Validate(); errs != nil {
		return nil, errors.Join(errs...)
	}
	c := cfg.withDefaults()
	p, err := newPlan(&c)
	if err != nil {
		return nil, err
	}
	l := newLoad(&c, p)
	if c.SMSC != "" {
		if l.sink, err = newSink(&c, p); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func newLoad(c *Config, p *plan) *Load {
	return &Load{c: c, plan: p, http: stat.NewLatencies(), turned: stat.NewLatencies(), refused: map[string]uint64{}}
}

// Sibling loads the same target with the same messages and carrier in another way:
// its connections, pipeline and rate are those of cfg, what it counts is its own.
func (l *Load) Sibling(cfg Config) *Load {
	c := *l.c
	c.Connections, c.Pipeline, c.Rate = cfg.Connections, cfg.Pipeline, cfg.Rate
	c = c.withDefaults()
	s := newLoad(&c, l.plan)
	s.t, s.sink = l.t, l.sink
	return s
}

// Carrier is the address that our carrier listens at; "" without one.
func (l *Load) Carrier() string {
	if l.sink == nil {
		return ""
	}
	return l.sink.addr
}

// Close ends the load and its carrier.
func (l *Load) Close() {
	l.Disconnect()
	if l.sink != nil {
		_ = l.sink.server.Close() // it holds nothing worth an error
	}
}

// Run loads the target for d and waits for the last answers.
func (l *Load) Run(ctx context.Context, d time.Duration) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	l.started.Store(start.UnixNano())
	rate, begun := l.c.Rate.whole(d), l.begun.Load()
	ended := make(chan time.Duration, 1)
	context.AfterFunc(ctx, func() { ended <- min(d, time.Since(start)) })
	var due chan job
	if len(rate) > 0 {
		due = make(chan job, 1<<16)
		go pace(ctx, rate, start, due)
	}
	work := l.work
	switch {
	case l.c.Batch > 1:
		work = l.workBatch
	case l.c.Pipeline > 1:
		work = l.workPiped
	}
	var wg sync.WaitGroup
	for w := range l.c.Connections {
		wg.Go(func() { work(ctx, w, due) })
	}
	wg.Wait()
	cancel()
	l.leave(rate, l.begun.Load()-begun, <-ended)
	l.started.Store(0)
	l.elapsed.Add(int64(time.Since(start)))
}

// Drain waits until what was accepted has arrived at the carrier, and returns
// how long that took.
func (l *Load) Drain() time.Duration {
	if l.sink == nil {
		return 0
	}
	return l.sink.drain(l.c.Drain)
}

// work is one connection's loop.
func (l *Load) work(ctx context.Context, w int, due <-chan job) {
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
			continue
		}
		c = l.once(c, w, l.begin(at), at)
	}
}

// begin takes the next send.
func (l *Load) begin(at time.Time) (i uint64) {
	l.begun.Add(1)
	i = l.plan.next.Add(1) - 1
	if l.sink != nil {
		l.sink.begin(i, at)
	}
	return i
}

// once makes one request and returns the connection to go on with.
func (l *Load) once(c *client, w int, i uint64, at time.Time) *client {
	var err error
	if c == nil {
		if c, err = l.redial(); err != nil {
			l.ended(w, i, at, "connect")
			return nil
		}
	}
	l.sent.Add(1)
	began := time.Now()
	code, err := c.send(i)
	if err != nil {
		l.ended(w, i, at, l.errorKind(err, time.Since(began)))
		c.close()
		return nil
	}
	l.ended(w, i, at, code)
	return c
}

// ended counts a send that was answered or given up; code is empty when it was
// accepted. Without an answer it has waited until now, and counts with those that
// were accepted; a refusal may be quicker than all of them and counts apart.
func (l *Load) ended(w int, i uint64, at time.Time, code string) {
	if took := time.Since(at); code == "" || class(code) == unanswered {
		l.http.Record(w, took)
	} else {
		l.turned.Record(w, took)
	}
	if code != "" {
		l.refuse(code, i)
		return
	}
	l.accepted.Add(1)
	if l.sink != nil {
		l.sink.accepted()
	}
}

// errorKind sorts the errors of a connection into few kinds. The HTTP reader
// does not pass on what a time-out was, the clock tells.
func (l *Load) errorKind(err error, took time.Duration) string {
	switch {
	case took >= l.c.Timeout:
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	}
	return "connection"
}

// refuse counts a send that was not accepted.
func (l *Load) refuse(code string, i uint64) {
	if l.sink != nil {
		l.sink.refused(i)
	}
	l.fail(code)
}

func (l *Load) fail(code string) {
	l.failed.Add(1)
	l.mu.Lock()
	l.refused[code]++
	l.mu.Unlock()
}

// busy is how long the target has been under load.
func (l *Load) busy() time.Duration {
	d := l.elapsed.Load()
	if start := l.started.Load(); start != 0 {
		d += time.Now().UnixNano() - start
	}
	return time.Duration(d)
}
