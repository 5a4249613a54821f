//go:build amd64 || arm64

package window

// prefetch asks the processor for n cache lines by their addresses, and waits
// for none of them.
//
//go:noescape
func prefetch(lines *uintptr, n int)
