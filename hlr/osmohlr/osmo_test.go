package osmohlr

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/osmotest"
	"tollgate/hlr/subscriber"
)

// A real osmo-hlr: who is behind a number, the gap of a swap, the new SIM.
func TestOsmoHLR(t *testing.T) {
	h := osmotest.StartHLR(t)
	h.Create("001010000000001", string(number))
	h.Create("001010000000002", "")
	p := provider(t, h.Addr, Config{Stall: 5 * time.Second})
	if s, err := lookup(t, p, number); err != nil || s.IMSI != "001010000000001" || s.VLR != "" {
		t.Fatalf("IMSI %q, VLR %q, %v", s.IMSI, s.VLR, err)
	}
	if _, err := lookup(t, p, number+"1"); !errors.Is(err, hlr.ErrAbsent) {
		t.Errorf("a number that nobody has: %v", err)
	}
	h.Number("001010000000001", "")
	if _, err := lookup(t, p, number); !errors.Is(err, hlr.ErrAbsent) {
		t.Errorf("in the gap of a swap: %v", err)
	}
	h.Number("001010000000002", string(number))
	if s, err := lookup(t, p, number); err != nil || s.IMSI != "001010000000002" {
		t.Errorf("after the swap: %q, %v", s.IMSI, err)
	}
}

// The HLR restarts under load: lookups fail at once or are right, and all are
// right soon after it is back.
func TestRestartUnderLoad(t *testing.T) {
	h := osmotest.StartHLR(t)
	const numbers = 20
	for i := range numbers {
		h.Create(fmt.Sprintf("0010100000001%02d", i), fmt.Sprintf("4917012300%02d", i))
	}
	p := provider(t, h.Addr, Config{Stall: time.Second})
	ctx, cancel := context.WithCancel(t.Context())
	var right, failed, slow atomic.Int64
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := w; ctx.Err() == nil; i++ {
				n := i % numbers
				began := time.Now()
				s, err := p.Lookup(ctx, subscriber.MSISDN(fmt.Sprintf("+4917012300%02d", n)))
				switch {
				case err != nil:
					failed.Add(1)
					time.Sleep(time.Millisecond)
				case s.IMSI != fmt.Sprintf("0010100000001%02d", n):
					t.Errorf("%d got the SIM %s", n, s.IMSI)
				default:
					right.Add(1)
				}
				if time.Since(began) > 3*time.Second {
					slow.Add(1)
				}
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	h.Stop()
	time.Sleep(300 * time.Millisecond)
	before := right.Load()
	h.Start()
	if err := eventually(func() error {
		if right.Load() > before+100 {
			return nil
		}
		return errors.New("no lookup succeeds after the restart")
	}); err != nil {
		t.Error(err)
	}
	cancel()
	all.Wait()
	if before == 0 || failed.Load() == 0 || slow.Load() > 0 {
		t.Errorf("%d right before the restart, %d failed, %d slow", before, failed.Load(), slow.Load())
	}
}

// BenchmarkOsmoHLR: lookups of 64 callers over the one connection, and of one.
func BenchmarkOsmoHLR(b *testing.B) {
	h := osmotest.StartHLR(b)
	h.Create("001010000000001", string(number))
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			p := provider(b, h.Addr, Config{Stall: 5 * time.Second})
			b.SetParallelism((callers + 1) / 2)
			b.ReportAllocs()
			if callers == 1 {
				for b.Loop() {
					if _, err := p.Lookup(b.Context(), number); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := p.Lookup(b.Context(), number); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
