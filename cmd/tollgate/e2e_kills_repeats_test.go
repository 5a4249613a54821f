package main

import (
	"os"
	"path/filepath"
	"sort"
	"sync"
	"testing"
	"time"
)

// wantSeen looks for every message at the carriers.
func (k *killing) wantSeen(list []sent, delivered int) {
	missing := 0
	for _, s := range list {
		if len(k.sightings(s.to)) == 0 {
			missing++
		}
	}
	if missing > len(list)-delivered {
		k.t.Errorf("%d messages were accepted and never reached a carrier, %d were not delivered", missing, len(list)-delivered)
	}
}

// life is the number of the process that sent something at a time.
func (k *killing) life(at time.Time) int {
	return max(0, sort.Search(len(k.begun), func(i int) bool { return k.begun[i].After(at) })-1)
}

// behind is what one kill left to be judged: messages sent again behind it,
// and messages of which the window, or the last 20 ms, may have held the
// result when it came.
type behind struct{ repeats, held int }

// wantRepeats counts the messages that were sent again behind each kill. Each
// must have been in a window, or its response among those of the last 20 ms.
func (k *killing) wantRepeats(list []sent) {
	all := make([]behind, len(k.killed)+1)
	for _, s := range list {
		seen := k.sightings(s.to)
		sort.Slice(seen, func(i, j int) bool { return seen[i].at.Before(seen[j].at) })
		for i, first := range seen {
			n := k.life(first.at)
			if n == len(k.killed) {
				break
			}
			k.counts(&all[n], k.killed[n].Sub(first.at))
			if i+1 < len(seen) {
				k.repeated(&all[n], s, n, first, seen[i+1])
			}
		}
	}
	total, most, over := 0, 0, 0
	for n, b := range all {
		total, most, over = total+b.repeats, max(most, b.repeats), max(over, b.repeats-b.held)
		if bound := slowWindow + throttleWindow + b.held; b.repeats > bound {
			k.t.Errorf("kill %d: %d repeats, more than the windows and the results of the last 20 ms together, %d", n+1, b.repeats, bound)
		}
	}
	k.t.Logf("%d repeats in all, at most %d behind one kill; at most %d above what a response of the last 20 ms explains", total, most, max(0, over))
}

func (k *killing) counts(b *behind, before time.Duration) {
	if before < slowest+20*time.Millisecond {
		b.held++
	}
}

// repeated judges one message that a carrier got twice.
func (k *killing) repeated(b *behind, s sent, n int, first, again sighting) {
	switch since := k.killed[n].Sub(first.at); {
	case k.life(again.at) == n:
		k.t.Errorf("%s was sent twice without a kill in between", s.id)
	case since > k.bound(n):
		k.t.Errorf("%s was repeated, though it was sent %v before kill %d and a sync, or a timer, took %v", s.id, since, n+1, k.disk.worst[n])
	case first.text != again.text:
		k.t.Errorf("%s: a repeat with another text", s.id)
	}
	b.repeats++
}

// bound is how long before kill n a message can have been at the carrier
// without its result being on disk.
func (k *killing) bound(n int) time.Duration { return slowest + slack + 5*k.disk.worst[n] }

// diskProbe measures what a sync takes on the disk that the gateway writes to,
// and how late a timer is: within 20 ms is what a result waits for its group, and the group then waits
// for the sync of the one before, and for its own.
type diskProbe struct {
	mu    sync.Mutex
	began time.Time // of the sync under way
	now   time.Duration
	worst []time.Duration // before each kill
}

func newDiskProbe(t *testing.T, dir string) *diskProbe {
	f, err := os.Create(filepath.Join(dir, "probe"))
	must(t, err)
	d, quit, ended := &diskProbe{}, make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(quit); <-ended; f.Close() })
	go func() {
		defer close(ended)
		for {
			due := time.Now().Add(10 * time.Millisecond)
			select {
			case <-quit:
				return
			case <-time.After(time.Until(due)):
			}
			d.note(time.Since(due)) // how late the machine is with everything
			d.begin()
			if _, err := f.WriteAt([]byte{1}, 0); err != nil || f.Sync() != nil {
				t.Errorf("the probe of the disk: %v", err)
				return
			}
			d.end()
		}
	}()
	return d
}

func (d *diskProbe) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.began = time.Now()
}

func (d *diskProbe) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now, d.began = max(d.now, time.Since(d.began)), time.Time{}
}

func (d *diskProbe) note(late time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = max(d.now, late)
}

// kill notes the longest sync since the kill before.
func (d *diskProbe) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.began.IsZero() {
		d.now = max(d.now, time.Since(d.began))
	}
	d.worst, d.now = append(d.worst, d.now), 0
}
