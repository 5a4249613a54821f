package send

import (
	"fmt"
	"io"
	"time"

	"tollgate/bench/proc"
)

// Second is one point of the time series.
type Second struct {
	At        float64 `json:"at"` // seconds since the start
	Due       float64 `json:"due,omitempty"`
	Accepted  float64 `json:"accepted"` // these and the following a second
	Submitted float64 `json:"submitted,omitempty"`
	Failed    float64 `json:"failed,omitempty"`
	Baseline  float64 `json:"baseline,omitempty"`
	User      float64 `json:"cpu_user,omitempty"` // of the gateway's process, in cores
	System    float64 `json:"cpu_system,omitempty"`
	RSS       int64   `json:"rss,omitempty"` // octets
}

// watcher follows a run second by second.
type watcher struct {
	progress      io.Writer
	gateway, base *Load
	pid           int // 0: not known

	series     []Second
	first, use proc.Usage
	rssMax     int64
	done       chan struct{}
	ended      chan struct{}
}

// watch begins.
func watch(progress io.Writer, gateway, base *Load, pid int) *watcher {
	w := &watcher{progress: progress, gateway: gateway, base: base, pid: pid, done: make(chan struct{}), ended: make(chan struct{})}
	if pid != 0 {
		var err error
		if w.first, err = proc.Read(pid); err != nil {
			w.pid = 0 // it is no process that we may look at
		}
		w.use = w.first
	}
	go w.run()
	return w
}

// stop ends and returns what the process used; nil when it is not known.
func (w *watcher) stop(messages uint64) *Process {
	close(w.done)
	<-w.ended
	if w.pid == 0 {
		return nil
	}
	last, err := proc.Read(w.pid)
	if err != nil {
		return nil // it has gone
	}
	p := use(w.first, last, messages)
	p.RSS = max(p.RSS, w.rssMax)
	return p
}

// reading is what is counted at one moment.
type reading struct {
	at                          time.Time
	accepted, submitted, failed uint64
	baseline                    uint64
	usage                       proc.Usage
}

func (w *watcher) read() (r reading) {
	r.at, r.accepted, r.failed = time.Now(), w.gateway.accepted.Load(), w.gateway.failed.Load()
	if s := w.gateway.sink; s != nil {
		r.submitted = s.submitted.Load()
	}
	if w.base != nil {
		r.baseline = w.base.accepted.Load()
	}
	if w.pid != 0 {
		if u, err := proc.Read(w.pid); err == nil {
			r.usage = u
			w.rssMax = max(w.rssMax, u.RSS)
		}
	}
	return r
}

func (w *watcher) run() {
	defer close(w.ended)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	began, before := time.Now(), w.read()
	for {
		select {
		case <-w.done:
			return
		case <-tick.C:
		}
		now := w.read()
		s := w.second(began, &before, &now)
		w.series = append(w.series, s)
		w.say(&s, now.failed)
		before = now
	}
}

func (w *watcher) second(began time.Time, before, now *reading) Second {
	d := now.at.Sub(before.at).Seconds()
	rate := func(a, b uint64) float64 { return float64(b-min(a, b)) / d }
	s := Second{
		At: now.at.Sub(began).Seconds(), Accepted: rate(before.accepted, now.accepted), Submitted: rate(before.submitted, now.submitted),
		Failed: rate(before.failed, now.failed), Baseline: rate(before.baseline, now.baseline), RSS: now.usage.RSS,
	}
	if w.base == nil {
		s.Due = w.gateway.c.Rate.whole(w.gateway.c.Duration).at(now.at.Sub(began) - time.Second/2)
	}
	if before.usage.RSS > 0 && now.usage.RSS > 0 {
		s.User = (now.usage.User - before.usage.User).Seconds() / d
		s.System = (now.usage.System - before.usage.System).Seconds() / d
	}
	return s
}

func (w *watcher) say(s *Second, failed uint64) {
	line := fmt.Sprintf("%5.1fs accepted %.0f/s", s.At, s.Accepted)
	if s.Due > 0 {
		line += fmt.Sprintf(" of %.0f due", s.Due)
	}
	if w.gateway.sink != nil {
		line += fmt.Sprintf("  submitted %.0f/s", s.Submitted)
	}
	if w.base != nil {
		line += fmt.Sprintf("  baseline %.0f/s", s.Baseline)
	}
	if failed > 0 {
		line += fmt.Sprintf("  refused or failed %d", failed)
	}
	fmt.Fprintln(w.progress, line)
}
