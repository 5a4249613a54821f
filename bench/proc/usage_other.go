//go:build !linux

package proc

import "errors"

// Read tells what a process uses, on Linux only.
func Read(int) (Usage, error) {
	return Usage{}, errors.New("what a process uses is read on Linux only")
}

// Listener is 0: not known.
func Listener(int) int { return 0 }

// Filesystem is not known.
func Filesystem(string) string { return "" }
