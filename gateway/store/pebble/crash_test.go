package pebblestore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

// load has writers commit messages, and counts in a number that they share,
// until the store refuses or stop is closed. It remembers what was
// acknowledged.
type load struct {
	mu      sync.Mutex
	acked   []*store.Tx
	counted int // highest acknowledged count
	ended   []store.ID
}

var began = time.Date(2026, 5, 17, 10, 30, 0, 0, time.UTC)

// run returns once all writers have ended.
func (l *load) run(s store.Store, writers int, stop <-chan struct{}) {
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := l.one(s, w*1_000_000+n); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}

// one accepts a message with the next count, then has half of them delivered.
func (l *load) one(s store.Store, n int) error {
	tx := storetest.Send(began, n, time.Minute)
	for {
		v, err := s.NumberState(ctx, "acme", "+491701234567")
		if errors.Is(err, store.ErrNotFound) {
			v, err = &store.NumberState{Tenant: "acme", To: "+491701234567"}, nil
		}
		if err != nil {
			return err
		}
		v.Rev++
		v.Verified++
		tx.Numbers = []*store.NumberState{v}
		err = s.Commit(ctx, tx)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		break
	}
	l.mu.Lock()
	l.acked = append(l.acked, tx)
	l.counted = max(l.counted, tx.Numbers[0].Verified)
	l.mu.Unlock()
	if n%2 == 0 {
		return nil
	}
	d := *tx.Deliveries[0]
	d.Status, d.DoneAt = store.Delivered, began
	if err := s.Commit(ctx, &store.Tx{Deliveries: []*store.Delivery{&d}}); err != nil {
		return err
	}
	l.mu.Lock()
	l.ended = append(l.ended, d.ID)
	l.mu.Unlock()
	return nil
}

// seen is a copy of what was acknowledged so far.
func (l *load) seen() *load {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &load{acked: l.acked[:len(l.acked):len(l.acked)], counted: l.counted, ended: l.ended[:len(l.ended):len(l.ended)]}
}

// check opens what a crash left: all that was acknowledged is there, and what
// is there is whole.
func (l *load) check(t *testing.T, cfg Config, fs vfs.FS) {
	t.Helper()
	cfg.FS = fs
	cfg.Fatal = func(err error) { t.Errorf("the store failed after the crash: %v", err) }
	s, err := Open(cfg)
	if err != nil {
		t.Fatalf("opening after the crash: %v", err)
	}
	defer s.Close()
	for _, tx := range l.acked {
		if _, err := s.Message(ctx, tx.Messages[0].ID); err != nil {
			t.Fatalf("an accepted message is lost: %v", err)
		}
	}
	for _, id := range l.ended {
		if d, err := s.Delivery(ctx, id); err != nil || d.Status != store.Delivered {
			t.Fatalf("an acknowledged outcome is lost: %+v, %v", d, err)
		}
	}
	v, err := s.NumberState(ctx, "acme", "+491701234567")
	if l.counted > 0 && (err != nil || v.Verified < l.counted || v.Rev != uint64(v.Verified)) {
		t.Fatalf("counted %d, found %+v, %v", l.counted, v, err)
	}
	for u, err := range s.Open(ctx) {
		if err != nil {
			t.Fatalf("open messages after the crash: %v", err)
		}
		whole, err := s.Unfinished(ctx, u.ID)
		if err != nil {
			t.Fatalf("open messages after the crash: %v", err)
		}
		if _, err := s.Challenge(ctx, u.ID); err != nil || whole.Content == nil || whole.Delivery == nil {
			t.Fatalf("half of a message was written: %+v, %v", whole, err)
		}
	}
	if err := s.Commit(ctx, storetest.Send(began, 999_999_999, time.Minute)); err != nil {
		t.Errorf("the first commit after the crash: %v", err)
	}
}

// TestCrash takes the disk away at random moments: with only what was synced,
// and with some of what was not, torn.
func TestCrash(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			mem := vfs.NewCrashableMem()
			cfg := config(t)
			cfg.FS = mem
			cfg.MemTableSize = 128 << 10 // so that flushes and log rotations are hit too
			s := mustOpen(t, cfg)
			l, stop := &load{}, make(chan struct{})
			var clones []*vfs.MemFS
			var seen []*load
			var wg sync.WaitGroup
			wg.Go(func() { l.run(s, 8, stop) })
			for i := range 3 {
				time.Sleep(time.Duration(1+random.IntN(10)) * time.Millisecond)
				seen = append(seen, l.seen()) // before the crash
				clones = append(clones, mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: i * 40, RNG: random}))
			}
			close(stop)
			wg.Wait()
			if err := s.Close(); err != nil {
				t.Fatalf("Close: %v", err)
			}
			for i, clone := range clones {
				seen[i].check(t, cfg, clone)
			}
			l.check(t, cfg, mem)
		})
	}
}
