//go:build !linux

package window

func hugePages[T any]([]T) {}
