package window

import (
	"syscall"
	"unsafe"
)

// hugePages asks the kernel to back a table's array with huge pages, of 2 MiB on
// most machines. Tables are met at random: with pages of 4 KiB nearly every look-up
// misses the TLB too, and to find where the page is costs as much as the line. A
// kernel that cannot, or is told not to, keeps its small pages.
func hugePages[T any](array []T) {
	octets := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(array))), uintptr(len(array))*unsafe.Sizeof(array[0]))
	skip := -uintptr(unsafe.Pointer(&octets[0])) & uintptr(syscall.Getpagesize()-1)
	if skip < uintptr(len(octets)) {
		_ = syscall.Madvise(octets[skip:], syscall.MADV_HUGEPAGE)
	}
}
