package carrier

import "time"

// How a link slows down and recovers (additive increase, multiplicative decrease).
const (
	blindCut     = 0.5                    // while it is not known what the carrier accepts
	cutEvery     = 500 * time.Millisecond // the refusals of one burst count once
	raiseEvery   = time.Second            // one additive step
	raiseShare   = 0.05                   // of the rate at which it was last cut
	minRate      = 5.0                    // segments a second: always probe; less only by contract
	forgetFactor = 4                      // above so many times the last cut's rate the limit is lifted
	rateSpan     = time.Second            // over which acceptances are counted
	rateSpanMin  = rateSpan / 10          // a shorter measurement says nothing
)

// aimd finds the rate a carrier accepts on one link. Unlimited until the carrier
// throttles; then the rate is cut to a share of what the carrier accepts and
// creeps up again. Pure: time, and how many segments were accepted so far, are
// arguments.
type aimd struct {
	ceiling float64 // the contract's rate; 0: none, the limit is lifted after a while
	rate    float64 // segments a second; 0: not limited
	peak    float64 // the rate at the last cut
	cutAt   time.Time
	raiseAt time.Time
	bucket  bucket
	meter   meter
}

// meter measures a rate over spans of about a second.
type meter struct {
	mark  uint64 // count at the start of the span
	at    time.Time
	last  float64 // a second, over the last whole span
	known bool    // there was one
}

// roll begins a new span when the present one is over.
func (m *meter) roll(total uint64, now time.Time) {
	span := now.Sub(m.at)
	if span < rateSpan {
		return
	}
	m.known = span <= 2*rateSpan // else there was a pause, which says nothing of the carrier
	m.last = float64(total-m.mark) / span.Seconds()
	m.mark, m.at = total, now
}

// rate is the rate of the span under way when it is long enough to tell, else of
// the last one; known tells whether it is more than a guess.
func (m *meter) rate(total uint64, now time.Time) (rate float64, known bool) {
	span := now.Sub(m.at)
	if m.known && span < rateSpan/2 {
		return m.last, true
	}
	return float64(total-m.mark) / max(span, rateSpanMin).Seconds(), span >= rateSpan/2
}

// sent counts n segments that leave at now.
func (a *aimd) sent(n int, accepted uint64, now time.Time) {
	a.bucket.take(n)
	a.meter.roll(accepted, now)
}

// throttled cuts the rate to the given share of what is accepted. It returns
// false when the cut for this burst was made already.
func (a *aimd) throttled(share float64, accepted uint64, now time.Time) bool {
	if !a.cutAt.IsZero() && now.Sub(a.cutAt) < cutEvery {
		return false
	}
	rate, known := a.meter.rate(accepted, now)
	if !known {
		share = blindCut
		if a.rate > 0 {
			rate = a.rate
		}
	}
	if a.ceiling > 0 {
		rate = min(rate, a.ceiling)
	}
	floor := minRate
	if a.ceiling > 0 {
		floor = min(floor, a.ceiling)
	}
	a.peak = max(rate, floor)
	a.cutAt, a.raiseAt = now, now
	a.set(max(rate*share, floor), now)
	return true
}

// wait is how long until a message may go on this link; 0 is now.
func (a *aimd) wait(now time.Time) time.Duration {
	a.raise(now)
	return a.bucket.wait(now)
}

// raise makes the additive steps that have become due.
func (a *aimd) raise(now time.Time) {
	if a.rate == 0 {
		return
	}
	steps := int(now.Sub(a.raiseAt) / raiseEvery)
	if steps <= 0 {
		return
	}
	a.raiseAt = a.raiseAt.Add(time.Duration(steps) * raiseEvery)
	rate := a.rate + float64(steps)*max(1, a.peak*raiseShare)
	lifted := a.ceiling == 0 && rate > forgetFactor*a.peak || a.ceiling > 0 && rate >= a.ceiling
	if lifted {
		rate = 0
	}
	a.set(rate, now)
}

func (a *aimd) set(rate float64, now time.Time) {
	a.rate = rate
	if rate == 0 {
		a.bucket = bucket{}
		return
	}
	a.bucket.setRate(rate, now)
}
