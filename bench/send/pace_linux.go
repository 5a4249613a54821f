package send

import (
	"syscall"
	"time"
)

// pause sleeps for about d with the kernel's own precision. A goroutine's timer
// may fire a millisecond late on an idle machine, which is more than the
// latencies to be measured.
func pause(d time.Duration) {
	ts := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&ts, nil) // woken early, the caller looks at the clock again
}
