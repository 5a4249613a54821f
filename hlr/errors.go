package hlr

import (
	"errors"
	"fmt"
	"time"
)

// ErrAbsent is a provider's answer "no such subscriber". For a number that was
// known before, that is a SIM swap in flight and not a failure.
var ErrAbsent = errors.New("no such subscriber")

// ErrNotCovered is a provider's answer "I do not speak of this number": its
// facts then count as not asked, and never as unknown.
var ErrNotCovered = errors.New("this provider does not cover the number")

// ErrOtherNumber is what a provider returns when it was answered about another
// number than it asked for. Nothing of such an answer is used.
var ErrOtherNumber = errors.New("the provider answered for another number")

// ThrottledError is what a provider returns when its far end asked it to slow
// down, such as by HTTP 429. It is left alone for RetryAfter; that is no
// failure of its, and does not open the breaker.
type ThrottledError struct {
	RetryAfter time.Duration // 0: not told, one second is taken
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("the provider asked to slow down, for %v", orElse(e.RetryAfter, time.Second))
}
