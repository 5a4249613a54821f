package hlr

import (
	"slices"
	"sync"
	"time"
)

// hedge decides when a lookup that takes long is made a second time: once it
// has taken longer than 95 % of those before it, and so rarely that it adds at
// most one lookup to twenty.
type hedge struct {
	mu      sync.Mutex
	took    [256]time.Duration // of the latest answers, a ring
	n       int                // answers noted so far
	p95     time.Duration      // of the ring, as of its latest evaluation
	credits int                // twentieths of a second lookup
}

const (
	hedgeCost     = 20             // lookups that earn one second lookup: 5 %
	hedgeCredits  = 10 * hedgeCost // saved up at most, so that a quiet day buys no flood
	hedgeLearning = 64             // answers before the first hedge
	hedgeEvery    = 32             // answers between two evaluations
)

// began notes a first lookup and says after how long a second one may follow;
// 0 is never.
func (h *hedge) began() (after time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.credits = min(h.credits+1, hedgeCredits)
	if h.n < hedgeLearning {
		return 0
	}
	return h.p95
}

// spend takes the credit of one second lookup, if there is one.
func (h *hedge) spend() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.credits < hedgeCost {
		return false
	}
	h.credits -= hedgeCost
	return true
}

// answered notes how long an answer took.
func (h *hedge) answered(took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.took[h.n%len(h.took)] = took
	h.n++
	if h.n >= hedgeLearning && h.n%hedgeEvery == 0 {
		h.p95 = h.quantile()
	}
}

func (h *hedge) quantile() time.Duration {
	sorted := h.took // a copy
	all := sorted[:min(h.n, len(sorted))]
	slices.Sort(all)
	return max(all[len(all)*95/100], hedgeFloor)
}

// hedgeFloor: below it a timer and a second request cost more than they save.
const hedgeFloor = 500 * time.Microsecond
