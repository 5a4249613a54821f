package carrier

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestReserveWhenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		k.down = true
		w := newWorld(t, Config{DeadAfter: 15 * time.Second}, k)
		defer w.end()
		w.Start()
		if _, err := w.Reserve(t.Context(), 1); !errors.Is(err, ErrDown) {
			t.Errorf("Reserve = %v, want ErrDown", err)
		}
		if h := w.Health(); h.Up || h.Dead {
			t.Errorf("health at the start %+v", h)
		}
		time.Sleep(16 * time.Second)
		if h := w.Health(); !h.Dead || h.LastError == "" {
			t.Errorf("health after 16 s without a bind %+v", h)
		}
		k.set(func() { k.down = false })
		time.Sleep(30 * time.Second)
		if h := w.Health(); !h.Up || h.Dead {
			t.Errorf("health after the carrier came back %+v", h)
		}
	})
}

func TestReserveIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Window: 3}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		slots := make([]*Slot, 3)
		for i := range slots {
			slots[i], _ = w.Reserve(t.Context(), 1)
		}
		var mu sync.Mutex
		var order []int
		for i, parts := range []int{2, 1, 1} { // a long one first: the short ones must not pass it
			go func() {
				s, err := w.Reserve(t.Context(), parts)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				time.Sleep(time.Second)
				s.Release()
			}()
			synctest.Wait()
		}
		slots[0].Release()
		synctest.Wait()
		mu.Lock()
		if len(order) != 0 {
			t.Errorf("order %v with one slot free: the first needs two", order)
		}
		mu.Unlock()
		slots[1].Release()
		synctest.Wait()
		slots[2].Release()
		time.Sleep(10 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if len(order) != 3 || order[0] != 0 || order[1] != 1 || order[2] != 2 {
			t.Errorf("served in order %v", order)
		}
		if h := w.Health(); h.WindowUsed != 0 || h.Waiting != 0 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestReserveGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Window: 1, MaxWaiting: 1}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		first, _ := w.Reserve(t.Context(), 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := make(chan error)
		go func() {
			_, err := w.Reserve(ctx, 1)
			done <- err
		}()
		synctest.Wait()
		if _, err := w.Reserve(t.Context(), 1); !errors.Is(err, ErrBusy) {
			t.Errorf("one more than may wait: %v, want ErrBusy", err)
		}
		if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Reserve = %v, want the context's error", err)
		}
		first.Release()
		first.Release()
		if h := w.Health(); h.WindowUsed != 0 {
			t.Errorf("%d slots taken", h.WindowUsed)
		}
	})
}

func TestLastLinkLostFailsThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Window: 1}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		_, _ = w.Reserve(t.Context(), 1)
		done := make(chan error)
		go func() {
			_, err := w.Reserve(t.Context(), 1)
			done <- err
		}()
		synctest.Wait()
		w.smsc.last().Close()
		if err := <-done; !errors.Is(err, ErrDown) {
			t.Errorf("Reserve = %v, want ErrDown", err)
		}
	})
}

func TestRateCountsSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{TPS: 20}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		began := time.Now()
		for range 20 {
			<-w.send(t, message("1", "2", "3"))
		}
		// 60 segments at 20 a second, less the burst and the last message's own debt.
		if d := time.Since(began); d < 2700*time.Millisecond || d > 3100*time.Millisecond {
			t.Errorf("60 segments at 20/s took %s", d)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		w.Pause()
		if _, err := w.Reserve(t.Context(), 1); !errors.Is(err, ErrPaused) {
			t.Errorf("Reserve = %v, want ErrPaused", err)
		}
		if h := w.Health(); !h.Paused || h.Up || h.LinksUp != 1 {
			t.Errorf("health %+v", h)
		}
		w.Resume()
		if r := <-w.send(t, message("x")); r.Err != nil {
			t.Errorf("after Resume: %+v", r)
		}
	})
}

// TestPayloadCountsItsSegments: one submit_sm with a message_payload is as many segments
// of the rate as the handset gets.
func TestPayloadCountsItsSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		w := newWorld(t, Config{TPS: 10}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		began := time.Now()
		for range 6 {
			m := message("a long text")
			m.Segments = 5
			if r := <-w.send(t, m); r.Err != nil || r.Status != 0 {
				t.Fatalf("%+v", r)
			}
		}
		if took := time.Since(began); took < 2400*time.Millisecond || took > 2700*time.Millisecond {
			t.Errorf("30 segments at 10 a second, the last five in debt, took %v", took)
		}
	})
}
