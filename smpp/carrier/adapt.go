package carrier

import "time"

// How a link's window follows the carrier.
const (
	adaptEvery = 500 * time.Millisecond // one decision
	adaptSlow  = 300 * time.Millisecond // a mean latency below it delays no one-time code: the window stays
	adaptGrown = 2                      // the mean latency is so many times its base: requests queue at the carrier
	adaptCut   = 0.8                    // then the window is cut to this share
	adaptFloor = 10                     // latency alone never leaves less than one such part of the contract's window
	adaptRaise = 10                     // and it grows back by one such part of itself
	baseSpan   = 30 * time.Second       // the base is the least mean of the last one to two spans
)

// adaptive is how many submit_sm a link may have unanswered now: never more than
// the contract's window, and less while that only makes requests queue at the
// carrier. There a request waits as long as it would here, but can no longer go
// elsewhere or be canceled, and is counted unknown when the link is lost. It
// narrows when the mean latency of half a second has grown to a multiple of what
// the carrier has lately shown, with the window full, or when the carrier says
// that its queue is; it grows back a tenth every half second. Pure: time and the
// totals of the latencies are arguments.
type adaptive struct {
	max, limit int
	fixed      bool
	full       bool // somebody found no room since the last decision
	at, cutAt  time.Time

	sum  time.Duration // the totals at the last decision
	n    uint64
	base time.Duration // least mean of this span; 0: none yet
	last time.Duration // of the former span
	span time.Time     // when this one began
}

func newAdaptive(window int, fixed bool) adaptive {
	return adaptive{max: window, limit: window, fixed: fixed}
}

// room tells whether held more fit beside used; held may be more than there can
// ever be, for a message of many parts.
func (a *adaptive) room(used, held int) (n int, ok bool) {
	n = min(held, a.limit)
	if used+n > a.limit {
		a.full = true
		return 0, false
	}
	return n, true
}

// judge decides whether the window narrows or grows, twice a second. sum and n are
// the latencies of all answers so far, and how many there were.
func (a *adaptive) judge(sum time.Duration, n uint64, now time.Time) {
	if a.fixed || now.Sub(a.at) < adaptEvery {
		return
	}
	answers, took := n-a.n, sum-a.sum
	a.at, a.sum, a.n = now, sum, n
	if answers == 0 {
		return
	}
	mean := took / time.Duration(answers)
	base := a.learn(mean, now)
	slow := a.full && mean > adaptSlow && mean > adaptGrown*base
	a.full = false
	switch {
	case slow:
		a.limit = min(a.limit, max(1, a.max/adaptFloor, int(float64(a.limit)*adaptCut)))
	case now.Sub(a.cutAt) >= adaptEvery:
		a.limit = min(a.max, a.limit+max(1, a.limit/adaptRaise))
	}
}

// learn takes a mean into the base and returns it.
func (a *adaptive) learn(mean time.Duration, now time.Time) time.Duration {
	if now.Sub(a.span) >= baseSpan {
		a.last, a.base, a.span = a.base, mean, now
	}
	a.base = min(a.base, mean)
	if a.last == 0 {
		return a.base
	}
	return min(a.base, a.last)
}

// refused narrows the window to a share of itself: the carrier's queue is full. The
// refusals of one burst count once.
func (a *adaptive) refused(share float64, now time.Time) {
	if a.fixed || share <= 0 || now.Sub(a.cutAt) < adaptEvery {
		return
	}
	a.cutAt = now
	a.limit = max(1, int(float64(a.limit)*share))
}
