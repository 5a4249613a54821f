package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// sent is one request of a load and what came of it.
type sent struct {
	to, key string
	purpose string // "" for the default
	id      string // "" when it was not answered with 202
	status  int    // 0 when no answer came
}

func (s sent) request() request {
	body := object{"to": s.to}
	if s.purpose != "" {
		body["purpose"] = s.purpose
	}
	return with(request{method: "POST", path: otpPath, body: body}, "Idempotency-Key", s.key)
}

// load posts sends to ever new numbers from many goroutines until it is
// stopped or the gateway is gone.
type load struct {
	p    *process
	stop atomic.Bool
	wg   sync.WaitGroup
	mu   sync.Mutex
	all  []sent
}

// startLoad begins; next counts over all loads of a test, so that no number
// comes twice. A goroutine ends when no answer comes, or a 5xx.
func startLoad(p *process, goroutines int, next *atomic.Int64) *load {
	l := &load{p: p}
	for range goroutines {
		l.wg.Go(func() {
			for !l.stop.Load() {
				n := next.Add(1)
				s := sent{to: fmt.Sprintf("+491512%07d", n*7919%10_000_000), key: fmt.Sprintf("load-%d", n)}
				a, err := p.do(s.request())
				if err == nil {
					s.status, s.id = a.status, a.ID
				}
				l.mu.Lock()
				l.all = append(l.all, s)
				l.mu.Unlock()
				if err != nil || a.status >= 500 {
					return
				}
			}
		})
	}
	return l
}

func (l *load) answered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// end waits until every goroutine has stopped and returns what was accepted
// and what got no answer. Any other answer than 202 or one of the others given
// fails the test.
func (l *load) end(t *testing.T, others ...int) (accepted, unanswered []sent) {
	t.Helper()
	l.stop.Store(true)
	l.wg.Wait()
	for _, s := range l.all {
		switch {
		case s.status == 202:
			accepted = append(accepted, s)
		case s.status == 0:
			unanswered = append(unanswered, s)
		case len(others) == 0 || s.status != others[0]:
			t.Errorf("a send was answered %d", s.status)
		}
	}
	return accepted, unanswered
}

// allEnd waits until every message has a terminal state, and one that is not
// delivered a reason.
func (p *process) allEnd(list []sent) (delivered int) {
	p.t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan sent, len(list))
	for _, s := range list {
		next <- s
	}
	close(next)
	for range 8 {
		wg.Go(func() {
			for s := range next {
				v, err := p.terminalView(s.id)
				mu.Lock()
				switch {
				case err != nil:
					p.t.Errorf("%s: %v", s.id, err)
				case v.Delivery == "delivered":
					delivered++
				case v.Reason == "":
					p.t.Errorf("%s ended as %s without a reason: %v", s.id, v.Delivery, v.Timeline)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return delivered
}
