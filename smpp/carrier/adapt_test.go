package carrier

import (
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// TestWindowFollowsLatency plays half seconds of 100 answers with a mean latency.
func TestWindowFollowsLatency(t *testing.T) {
	type half struct {
		mean time.Duration
		full bool // the window was full
		want int
	}
	for name, run := range map[string][]half{
		"slow and full narrows to its floor": {{200 * time.Millisecond, true, 100}, {time.Second, true, 80}, {time.Second, true, 64}, {2 * time.Second, true, 51},
			{2 * time.Second, true, 40}, {2 * time.Second, true, 32}, {2 * time.Second, true, 25}, {2 * time.Second, true, 20},
			{2 * time.Second, true, 16}, {2 * time.Second, true, 12}, {2 * time.Second, true, 10}, {2 * time.Second, true, 10}},
		"grows back when it is over":        {{200 * time.Millisecond, true, 100}, {time.Second, true, 80}, {250 * time.Millisecond, true, 88}, {250 * time.Millisecond, false, 96}, {250 * time.Millisecond, false, 100}},
		"slow with room is not the window":  {{100 * time.Millisecond, false, 100}, {time.Second, false, 100}},
		"grown and still fast":              {{time.Millisecond, true, 100}, {250 * time.Millisecond, true, 100}},
		"slow from the first, as it always": {{time.Second, true, 100}, {time.Second, true, 100}, {1900 * time.Millisecond, true, 100}},
	} {
		a := newAdaptive(100, false)
		now := time.Unix(1e9, 0)
		var sum time.Duration
		var n uint64
		for i, h := range run {
			now = now.Add(adaptEvery)
			sum, n = sum+100*h.mean, n+100
			if _, ok := a.room(a.limit, 1); ok {
				t.Fatalf("%s: room beside a full window", name)
			}
			a.full = h.full
			if a.judge(sum, n, now); a.limit != h.want {
				t.Errorf("%s: half second %d: window %d, want %d", name, i, a.limit, h.want)
			}
		}
	}
}

func TestWindowFollowsRefusals(t *testing.T) {
	a := newAdaptive(100, false)
	now := time.Unix(1e9, 0)
	for i, want := range []int{50, 25, 12, 6, 3, 1, 1} {
		now = now.Add(adaptEvery)
		a.refused(0.5, now)
		a.refused(0.5, now.Add(time.Millisecond)) // of the same burst
		if a.limit != want {
			t.Errorf("refusal %d: window %d, want %d", i, a.limit, want)
		}
	}
	steps := 0
	for ; a.limit < 100 && steps < 100; steps++ {
		now = now.Add(adaptEvery)
		a.judge(time.Duration(steps+1)*time.Millisecond, uint64(steps+1), now)
	}
	if steps < 20 || steps > 60 {
		t.Errorf("back at the contract's window after %d half seconds", steps)
	}
	for range 10 {
		now = now.Add(adaptEvery)
		steps++
		if a.judge(time.Duration(steps)*time.Millisecond, uint64(steps), now); a.limit > 100 {
			t.Fatalf("window %d is above the contract's", a.limit)
		}
	}
	fixed := newAdaptive(10, true)
	if fixed.refused(0.5, now); fixed.limit != 10 {
		t.Errorf("a fixed window became %d", fixed.limit)
	}
}

// TestLongMessageInANarrowWindow: a message of more parts than the window has room
// for goes all the same, a few parts at a time.
func TestLongMessageInANarrowWindow(t *testing.T) {
	a := newAdaptive(10, false)
	a.limit = 2
	if n, ok := a.room(0, 5); !ok || n != 2 {
		t.Errorf("room for %d, %v", n, ok)
	}
	if _, ok := a.room(1, 5); ok {
		t.Error("room beside a part of another message")
	}
}

// TestQueueFullFindsTheCarriersWindow: an SMSC that takes five at once and calls
// the rest ESME_RMSGQFUL ends up with few refusals.
func TestQueueFullFindsTheCarriersWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		open := 0
		k.submit = func(s *session.Session, h pdu.Header, sm *pdu.SubmitSM) {
			k.mu.Lock()
			defer k.mu.Unlock()
			if open >= 5 {
				_ = s.Refuse(h, pdu.ESME_RMSGQFUL)
				return
			}
			open++
			time.AfterFunc(20*time.Millisecond, func() {
				k.set(func() { open-- })
				_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "1"}, 0)
			})
		}
		w := newWorld(t, Config{Window: 50}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		refused := func(d time.Duration) (share float64) {
			end := time.Now().Add(d)
			bad, all := 0, 0
			results := make(chan Result, 1000)
			for time.Now().Before(end) {
				slot, err := w.Reserve(t.Context(), 1)
				if err != nil {
					t.Fatal(err)
				}
				all++
				slot.Submit(message("x"), func(r Result) { results <- r })
				for len(results) > 0 {
					if r := <-results; r.Status != 0 {
						bad++
					}
				}
			}
			time.Sleep(time.Second)
			for len(results) > 0 {
				if r := <-results; r.Status != 0 {
					bad++
				}
			}
			return float64(bad) / float64(all)
		}
		if first := refused(40 * time.Millisecond); first == 0 {
			t.Errorf("nothing was refused at first: the test does not press")
		}
		refused(5 * time.Second)
		if later := refused(20 * time.Second); later > 0.1 {
			t.Errorf("%.3f of all are still refused", later)
		}
	})
}

// TestReferenceOfOneOctet: where receipts are known by the reference alone it has one
// octet, and what is derived twice is the same as what is derived once.
func TestReferenceOfOneOctet(t *testing.T) {
	c := &Carrier{cfg: Config{ByReference: true}}
	for _, v := range []struct {
		message uint16
		n       int
		want    uint16
	}{{1, 0, 1}, {255, 0, 255}, {255, 1, 1}, {256, 0, 1}, {300, 2, 47}, {0, 0, 255}, {0, 1, 1}, {65535, 0, 255}} {
		if got := c.Reference(v.message, v.n); got != v.want {
			t.Errorf("Reference(%d, %d) = %d, want %d", v.message, v.n, got, v.want)
		}
		if got := c.Reference(Reference(v.message, 0), v.n); got != v.want {
			t.Errorf("Reference(Reference(%d, 0), %d) = %d, want %d", v.message, v.n, got, v.want)
		}
	}
}

func TestReference(t *testing.T) {
	for _, v := range []struct {
		message uint16
		n       int
		want    uint16
	}{{1, 0, 1}, {1, 5, 6}, {65535, 0, 65535}, {65535, 1, 1}, {65534, 3, 2}, {0, 0, 65535}} {
		if got := Reference(v.message, v.n); got != v.want {
			t.Errorf("Reference(%d, %d) = %d, want %d", v.message, v.n, got, v.want)
		}
	}
}
