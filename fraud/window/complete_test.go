package window

import (
	"testing"
	"time"
)

// Where no code of a range is lost it shows, once there are so many that chance
// is out of the question; where one in five is, never.
func TestConversionTooGood(t *testing.T) {
	for _, c := range []struct {
		name        string
		n, every    int
		least, most float64
	}{{"none is lost", 30, 1000, 4, completeMost}, {"a few", 8, 1000, 0, 2.5}, {"as usual", 200, 5, 0, 2.5}} {
		s := newStream().settle("t")
		worst := 0.0
		for i := range c.n {
			id := s.send(msisdn(4_711_000+i*7%1000), 400*time.Second, nil)
			worst = max(worst, s.out.Outcomes.Complete)
			if i%c.every != c.every-1 {
				s.check(id, time.Duration(4+i*13%40)*time.Second, Approved)
			}
		}
		if worst < c.least || worst > c.most {
			t.Errorf("%s: %g nats, want %g to %g", c.name, worst, c.least, c.most)
		}
	}
}

// Somebody who comes back too late takes a part of what the silence said back,
// once.
func TestAnExpiredCodeIsAPersonMostLikely(t *testing.T) {
	play := func(times int) float64 {
		s := newStream().settle("t")
		var ids []uint64
		for i := range 8 {
			ids = append(ids, s.send(msisdn(4_711_000+i), time.Second, nil))
		}
		for _, id := range ids {
			for range times {
				s.check(id, 11*time.Minute, Expired)
			}
		}
		return s.read(msisdn(4_711_900), 12*time.Minute).Outcomes.Range
	}
	never, once, often := play(0), play(1), play(20)
	if !(once < 0.8*never && once > 0.5*never && often == once) {
		t.Errorf("%g nats without, %g with one late code each, %g with twenty", never, once, often)
	}
}
