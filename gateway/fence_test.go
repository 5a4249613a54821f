package gateway

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// swapped is a network in which numbers move from one SIM to another, and which
// takes its time to answer what it read.
type swapped struct {
	mu    sync.Mutex
	moved map[subscriber.MSISDN]bool
}

func (s *swapped) Name() string      { return "hlr" }
func (s *swapped) Fields() hlr.Field { return hlr.FieldIMSI }

func (s *swapped) Lookup(_ context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	time.Sleep(rand.N(300 * time.Microsecond))
	s.mu.Lock()
	imsi := "262011111111111"
	if s.moved[n] {
		imsi = "262012222222222"
	}
	s.mu.Unlock()
	time.Sleep(rand.N(300 * time.Microsecond))
	return hlr.Subscriber{Identity: subscriber.Identity{IMSI: imsi}}, nil
}

// swap returns when it has been acknowledged.
func (s *swapped) swap(n subscriber.MSISDN) time.Time {
	s.mu.Lock()
	s.moved[n] = true
	s.mu.Unlock()
	return time.Now()
}

// Swaps race the fences of withdrawals while others ask for the same numbers,
// so that there are lookups to join and answers to find in the cache. On one
// clock and to the nanosecond, none that was acknowledged before a fence began
// to look lets its message go.
func TestFenceAndSwapInOrder(t *testing.T) {
	network := &swapped{moved: map[subscriber.MSISDN]bool{}}
	r := newRig(t, rigOptions{asked: network})
	var mu sync.Mutex
	left, stopped := 0, 0
	race := func(n subscriber.MSISDN) {
		res, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: string(n), Purpose: "withdrawal"})
		if err != nil {
			t.Errorf("%s: %+v", n, err)
			return
		}
		var others sync.WaitGroup
		for range 2 {
			others.Go(func() {
				_, _ = r.Score(context.Background(), r.tenant, &SendRequest{To: string(n), Purpose: []string{"login", "withdrawal"}[rand.N(2)]})
			})
		}
		time.Sleep(rand.N(400 * time.Microsecond))
		acknowledged := network.swap(n)
		others.Wait()
		v := r.ended(res.ID)
		looked := time.Time{}
		for _, s := range v.Delivery.Timeline {
			if s.Name == "fence" {
				looked = s.At.Add(-s.Latency)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if v.Delivery.Status != store.Delivered {
			stopped++
			return
		}
		left++
		if late := looked.Sub(acknowledged); looked.IsZero() || late > 0 {
			t.Errorf("left although the swap was visible %v before the fence looked: %+v", late, v.Delivery.Timeline)
		}
	}
	var racers sync.WaitGroup
	for range 4 {
		racers.Go(func() {
			for range 100 { // of many ranges, so that no signal of pumping fires
				race(subscriber.MSISDN(fmt.Sprintf("+49151%08d", 10_000_000+rand.N(80_000_000))))
			}
		})
	}
	racers.Wait()
	if left < 10 || stopped < 10 {
		t.Errorf("%d messages left and %d were stopped: no race", left, stopped)
	}
}

// What a fence tells is when it looked, not when its message could be told of
// it: a timeline that is read or written meanwhile does not make the fence
// look later than it did, nor its answer younger.
func TestFenceTellsItsOwnTime(t *testing.T) {
	e := newElement("hlr", "262011111111111")
	r := newRig(t, rigOptions{elements: []*element{e}, down: true})
	sent := r.accepted(handset, "withdrawal")
	const held = 50 * time.Millisecond
	var entered time.Time
	e.does(func(context.Context) (hlr.Subscriber, error) {
		entered = time.Now()
		f := r.Dispatcher.flights.get(sent.ID)
		f.mu.Lock()
		time.AfterFunc(held, f.mu.Unlock)
		return hlr.Subscriber{Identity: subscriber.Identity{IMSI: "262011111111111"}}, nil
	})
	r.up("sim")
	v := r.await(sent.ID, store.Delivered)
	for _, s := range v.Delivery.Timeline {
		if looked := s.At.Add(-s.Latency); s.Name == "fence" && looked.After(entered) {
			t.Errorf("the fence says that it looked %v after its lookup began", looked.Sub(entered))
		}
	}
}
