//go:build !linux

package send

import "time"

// pause sleeps for about d.
func pause(d time.Duration) { time.Sleep(d) }
