package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// filling posts sends until it is stopped or the gateway is gone, and goes on
// when it is refused.
type filling struct {
	p       *process
	stop    atomic.Bool
	wg      sync.WaitGroup
	refused atomic.Int64
	mu      sync.Mutex
	held    []sent // accepted
	lost    []sent // not answered
}

func (f *filling) run(next *atomic.Int64) {
	for range 8 {
		f.wg.Go(func() {
			for !f.stop.Load() {
				if n := next.Add(1); !f.one(sent{to: fmt.Sprintf("+491513%07d", n*7919%10_000_000), key: fmt.Sprintf("fill-%d", n)}) {
					return
				}
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
}

// one sends; false when the gateway is gone.
func (f *filling) one(s sent) bool {
	a, err := f.p.do(s.request())
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil:
		f.lost = append(f.lost, s)
		return false
	case a.status == 202:
		s.status, s.id = 202, a.ID
		f.held = append(f.held, s)
	case a.status == 503 && a.header.Get("Retry-After") != "":
		f.refused.Add(1)
	default:
		f.p.t.Errorf("a send was answered %d %s", a.status, a.body)
	}
	return true
}

func (f *filling) accepted() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.held)
}

// A disk fills up under load. From the watermark on sends are refused, and
// nothing else happens; with room they are accepted again. When it fills faster
// than the watermark is looked at, the process may end, with a clear line. A
// restart with room finds everything that was accepted.
func TestDiskFillsUnderLoad(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "192m")
	c := newCarrier(t, nil)
	file := configuration{carrier: c.addr, store: "  min_free_bytes: 64MiB", rest: "policy: observe"}.write(t, dir)
	p := startServe(t, file)
	f := &filling{p: p}
	var number atomic.Int64
	f.run(&number)
	for round := range 2 {
		before := f.accepted()
		p.wait("a load", func() bool { return f.accepted() > before+100 })
		was := f.refused.Load()
		filler := fill(t, dir, 48<<20)
		p.wait("the load to be refused", func() bool { return f.refused.Load() > was+50 })
		quiet := f.accepted()
		time.Sleep(100 * time.Millisecond)
		if n := f.accepted(); n > quiet {
			t.Errorf("round %d: %d sends were accepted below the watermark", round, n-quiet)
		}
		must(t, os.Remove(filler))
	}
	before := f.accepted()
	p.wait("a load after the refusals", func() bool { return f.accepted() > before+100 })
	filler := fill(t, dir, 64<<10)
	if f.outcome() {
		for _, words := range []string{"the store failed", "no space left on device", "restart to recover"} {
			if !strings.Contains(p.out.String(), words) {
				t.Errorf("the last words lack %q", words)
			}
		}
		if code := p.code(); code != 1 {
			t.Errorf("exit code %d, want 1", code)
		}
	}
	p.kill() // where it lives
	f.stop.Store(true)
	f.wg.Wait()
	must(t, os.Remove(filler))
	p = startServe(t, file)
	all := append(p.replay(f.held, f.lost), f.held...)
	t.Logf("%d accepted, %d refused, %d without an answer", len(f.held), f.refused.Load(), len(f.lost))
	if n := p.allEnd(all); n != len(all) {
		t.Errorf("%d of %d accepted messages were delivered", n, len(all))
	}
	for _, s := range all {
		if len(c.sightings(s.to)) == 0 {
			t.Errorf("%s was accepted and never reached the carrier", s.id)
		}
	}
}

// outcome waits for what comes first: the process ends because a write found no
// room, or the watermark keeps it from that, and it refuses.
func (f *filling) outcome() (ended bool) {
	was := f.refused.Load()
	eventually(f.p.t, "an end or refusals", func() bool {
		select {
		case <-f.p.ended:
			ended = true
		default:
		}
		return ended || f.refused.Load() > was+200
	})
	f.p.t.Logf("upon the full disk the process has ended: %v", ended)
	return ended
}
