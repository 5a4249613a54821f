package storebench

import (
	"os"
	"syscall"
)

// datasync is fdatasync, as pebble's log does it.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
