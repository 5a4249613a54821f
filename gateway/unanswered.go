package gateway

import (
	"math"
	"sync"
)

// unanswered tells whether every submission that had begun by some moment has
// its response. It counts them by generation; a moment that somebody asks
// about ends the present one.
type unanswered struct {
	mu   sync.Mutex
	now  uint64
	open map[uint64]int // submissions without a response, by the generation they began in
}

func newUnanswered() *unanswered { return &unanswered{open: map[uint64]int{}} }

// begin counts a submission that is about to leave.
func (u *unanswered) begin() (generation uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.open[u.now]++
	return u.now
}

// end takes back what begin counted, once the response has taken effect.
func (u *unanswered) end(generation uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.open[generation]--; u.open[generation] == 0 {
		delete(u.open, generation)
	}
}

// mark ends the present generation and returns it: whatever left before has it
// or an earlier one.
func (u *unanswered) mark() (generation uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.now++
	return u.now - 1
}

// oldest is the earliest generation that still awaits a response.
func (u *unanswered) oldest() uint64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	oldest := uint64(math.MaxUint64)
	for generation := range u.open {
		oldest = min(oldest, generation)
	}
	return oldest
}
