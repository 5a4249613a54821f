package gateway

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/gateway/store/crashtest"
	"tollgate/smpp/smsc"
)

var (
	schedules = flag.Int("schedules", 6, "how many disk-fault schedules TestDiskFaults plays")
	faultSeed = flag.Uint64("seed", 0, "seed of the first; 0 takes one from the clock")
)

// faulty is a disk on which one thing goes wrong, and word of it.
type faulty struct {
	disk   *crashtest.Disk
	once   sync.Once
	failed chan struct{}
}

func (f *faulty) fatal(error) { f.once.Do(func() { close(f.failed) }) }

// TestDiskFaults runs the whole gateway over a disk that tears, drops and fails
// writes and syncs, three lives a schedule: everything that was accepted is
// delivered in the end. `go test ./gateway -run TestDiskFaults -schedules 200`.
func TestDiskFaults(t *testing.T) {
	first := *faultSeed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	if crashtest.Batches(t, *schedules, 20, first) {
		return
	}
	accepted, failures := 0, 0
	for i := range uint64(*schedules) {
		t.Run(fmt.Sprint(first+i), func(t *testing.T) { // again: -schedules 1 -seed NAME
			n, f := testDiskFaults(t, rand.New(rand.NewPCG(first+i, 0x64617465)))
			accepted, failures = accepted+n, failures+f
		})
	}
	t.Logf("%d schedules from seed %d: %d messages accepted, %d lives ended by a fault", *schedules, first, accepted, failures)
}

func testDiskFaults(t *testing.T, rng *rand.Rand) (n, failures int) {
	resident := []int{3, 0}[rng.IntN(2)] // few in memory, or the default
	r := newRig(t, rigOptions{policy: "observe", dispatch: DispatchConfig{Resident: resident, ResidentAwaiting: resident}, sims: map[string]*smsc.Profile{"sim": {
		ResponseDelay: smsc.Distribution{Kind: "uniform", Max: 10 * time.Millisecond}, ReceiptDelay: smsc.Distribution{Kind: "uniform", Max: 20 * time.Millisecond},
	}}})
	var accepted []*Accepted
	for life := range 3 {
		r.stop()
		fault := crashtest.Draw(rng)
		r.faulty = &faulty{disk: crashtest.NewDisk(r.fs, fault, rng), failed: make(chan struct{})}
		r.start()
		r.faulty.disk.Arm()
		accepted = append(accepted, r.storm(life, 10+rng.IntN(40))...)
		if r.powerCut() {
			failures++
		}
		t.Logf("life %d: %v; %d accepted", life+1, fault, len(accepted))
	}
	r.start()
	seen := map[string]int{}
	for _, a := range accepted {
		if v := r.ended(a.ID); v.Delivery.Status != store.Delivered {
			t.Errorf("%v ended as %v (%s): %+v", a.ID, v.Delivery.Status, v.Delivery.Reason, v.Delivery.Timeline)
		}
	}
	for _, m := range r.sims["sim"].Inbox() {
		seen[m.To]++
	}
	for _, a := range accepted {
		if seen[string(a.To)] == 0 {
			t.Errorf("%v was accepted and never reached the carrier", a.ID)
		}
	}
	return len(accepted), failures
}

// storm sends from four callers until the store fails, each some messages to
// numbers of its own.
func (r *rig) storm(life, each int) (accepted []*Accepted) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for caller := range 4 {
		wg.Go(func() {
			for i := range each {
				a, err := r.send(fmt.Sprintf("+49151%d%d%06d", 2+life, caller, i*7919%1_000_000), "login")
				switch {
				case err == nil:
					mu.Lock()
					accepted = append(accepted, a)
					mu.Unlock()
				case errors.Is(err, store.ErrFailed):
					return
				default:
					r.t.Errorf("a send: %v", err)
					return
				}
			}
		})
	}
	sent := make(chan struct{})
	go func() { wg.Wait(); close(sent) }()
	select {
	case <-sent:
	case <-time.After(60 * time.Second):
		panic("the senders wait in vain") // shows where
	}
	mu.Lock()
	defer mu.Unlock()
	return accepted
}

// powerCut ends this life as its fault does, and says whether it was that.
func (r *rig) powerCut() (fault bool) {
	select {
	case <-r.faulty.failed:
		fault = true
	default:
	}
	for _, s := range r.sims {
		s.Pause() // what the dying gateway would still acknowledge, a dead one never did
	}
	for _, c := range r.carriers {
		c.Close()
	}
	r.faulty.disk.Cut()
	for _, s := range r.sims {
		s.Resume()
	}
	r.stop()
	r.fs = r.faulty.disk.Left()
	r.faulty.disk.Bury()
	r.faulty = nil
	return fault
}
