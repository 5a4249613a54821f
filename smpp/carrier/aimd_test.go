package carrier

import (
	"math"
	"testing"
	"time"
)

var epoch = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// play sends as fast as a allows, at most 1000 a second, to a carrier that accepts
// contract segments in each second, and counts by minute halves.
func play(a *aimd, contract int, seconds int) (accepted, refused int) {
	total := uint64(0)
	for ms := range seconds * 1000 {
		now := epoch.Add(time.Duration(ms) * time.Millisecond)
		if ms%1000 == 0 {
			accepted += int(total) - accepted
		}
		if a.wait(now) > 0 {
			continue
		}
		a.sent(1, total, now)
		if int(total)-accepted < contract {
			total++
			continue
		}
		refused++
		a.throttled(throttleRate, total, now)
	}
	return int(total), refused
}

func TestAIMDFindsTheContract(t *testing.T) {
	for _, contract := range []int{8, 30, 100, 300} {
		a := new(aimd)
		accepted, refused := play(a, contract, 120)
		if want := contract * 120 * 8 / 10; accepted < want {
			t.Errorf("contract %d/s: %d accepted in two minutes, want at least %d", contract, accepted, want)
		}
		if refused > accepted/10+500 {
			t.Errorf("contract %d/s: %d refused, %d accepted", contract, refused, accepted)
		}
	}
}

func TestAIMDRecoversAndForgets(t *testing.T) {
	a := new(aimd)
	play(a, 100, 10)
	if a.rate == 0 || a.rate > 120 {
		t.Fatalf("rate %g after throttling at 100/s", a.rate)
	}
	if a.wait(epoch.Add(20 * time.Minute)); a.rate != 0 {
		t.Errorf("rate %g after twenty quiet minutes, want no limit", a.rate)
	}
}

func TestAIMDKeepsToTheCeiling(t *testing.T) {
	a := &aimd{ceiling: 20}
	a.sent(1, 1000, epoch)
	a.throttled(throttleRate, 2000, epoch.Add(time.Second))
	if a.rate > 20*throttleRate {
		t.Errorf("rate %g after a throttle, the contract says 20", a.rate)
	}
	small := &aimd{ceiling: 2}
	small.throttled(throttleRate, 0, epoch)
	if small.rate != 2 {
		t.Errorf("rate %g, want the contract's 2 as the floor", small.rate)
	}
}

func TestAIMDCountsABurstOnce(t *testing.T) {
	a := new(aimd)
	if !a.throttled(throttleRate, 100, epoch) || a.throttled(throttleRate, 100, epoch.Add(cutEvery-1)) || !a.throttled(throttleRate, 100, epoch.Add(cutEvery)) {
		t.Error("want one cut in half a second")
	}
}

func TestBucket(t *testing.T) {
	b := newBucket(50, epoch)
	now, sent := epoch, 0
	for now.Before(epoch.Add(10 * time.Second)) {
		if w := b.wait(now); w > 0 {
			now = now.Add(w)
			continue
		}
		b.take(3)
		sent += 3
	}
	if math.Abs(float64(sent)-505) > 5 {
		t.Errorf("%d segments in ten seconds at 50/s and a burst of 5", sent)
	}
	b.giveBack(1000)
	if b.tokens > b.burst {
		t.Errorf("%g tokens, burst %g", b.tokens, b.burst)
	}
	var off bucket
	off.take(1e6)
	if off.wait(epoch) != 0 {
		t.Error("the zero bucket limits")
	}
}
