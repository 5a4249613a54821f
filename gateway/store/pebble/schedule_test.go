package pebblestore_test

import (
	"flag"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/keys"
	"tollgate/gateway/store"
	"tollgate/gateway/store/crashtest"
	pebblestore "tollgate/gateway/store/pebble"
)

var (
	schedules = flag.Int("schedules", 100, "how many disk-fault schedules TestSchedules plays")
	seed      = flag.Uint64("seed", 0, "seed of the first; 0 takes one from the clock")
)

// engine is a store of its own for each schedule, small, so that flushes,
// compactions and new logs come within it.
func engine(t *testing.T) crashtest.Engine {
	ring, err := keys.New()
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	return crashtest.Engine{
		Open: func(disk vfs.FS, fatal func(error)) (store.Store, error) {
			s, err := pebblestore.Open(pebblestore.Config{
				Dir: "data", FS: disk, Sealer: ring, Log: quiet, MinFree: -1, MemTableSize: 32 << 10, CacheSize: 256 << 10, Fatal: fatal,
			})
			if err != nil {
				return nil, err // a nil *Store in the interface would not be nil
			}
			return s, nil
		},
		Rotate: func() error { _, err := ring.Rotate(); return err },
	}
}

// TestSchedules plays one schedule after the other: `go test -run TestSchedules
// ./gateway/store/pebble -schedules 2000 -seed N`.
func TestSchedules(t *testing.T) {
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	if crashtest.Batches(t, *schedules, 100, first) {
		return
	}
	var mu sync.Mutex
	var all crashtest.Tally
	var wg sync.WaitGroup
	next := make(chan uint64)
	for range 4 { // they wait more than they work
		wg.Go(func() {
			for s := range next {
				tally, err := crashtest.Run(s, engine(t))
				if err != nil {
					t.Errorf("%v\nagain: -schedules 1 -seed %d", err, s)
				}
				mu.Lock()
				all.Add(tally)
				mu.Unlock()
			}
		})
	}
	for i := range *schedules {
		next <- first + uint64(i)
	}
	close(next)
	wg.Wait()
	t.Logf("%d schedules from seed %d: %+v", *schedules, first, all)
}
