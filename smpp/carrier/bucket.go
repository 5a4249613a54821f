package carrier

import "time"

// bucket is a token bucket that may go into debt: a message of several segments
// goes as soon as one token is there and the next message waits for what it
// overdrew. So long messages neither starve nor exceed the rate. Pure: time is an
// argument. The zero bucket does not limit.
type bucket struct {
	rate   float64 // tokens a second; 0 is no limit
	burst  float64
	tokens float64
	at     time.Time // when tokens was true
}

// burstFor is how many segments may go at once at a rate: what the rate gives in
// 100 ms, so that no second's count exceeds a contract by more than a tenth.
func burstFor(rate float64) float64 { return max(1, rate/10) }

func newBucket(rate float64, now time.Time) bucket {
	return bucket{rate: rate, burst: burstFor(rate), tokens: burstFor(rate), at: now}
}

// refill brings tokens up to now.
func (b *bucket) refill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.tokens = min(b.burst, b.tokens+b.rate*d.Seconds())
		b.at = now
	}
}

// wait is how long until a message may go; 0 is now.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.rate == 0 {
		return 0
	}
	b.refill(now)
	if b.tokens >= 1-1e-9 {
		return 0
	}
	// Rounded up to a microsecond: to wake a moment early is to wake twice.
	return time.Duration((1-b.tokens)/b.rate*1e9).Truncate(time.Microsecond) + time.Microsecond
}

// take pays for n segments.
func (b *bucket) take(n int) {
	if b.rate > 0 {
		b.tokens -= float64(n)
	}
}

// giveBack returns what was paid for and not used.
func (b *bucket) giveBack(n int) {
	if b.rate > 0 {
		b.tokens = min(b.burst, b.tokens+float64(n))
	}
}

// setRate changes the rate from now on; what was overdrawn stays overdrawn.
func (b *bucket) setRate(rate float64, now time.Time) {
	if b.rate == 0 {
		*b = newBucket(rate, now)
		b.tokens = 0
		return
	}
	b.refill(now)
	b.rate, b.burst = rate, burstFor(rate)
	b.tokens = min(b.tokens, b.burst)
}
