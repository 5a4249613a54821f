// Package soak loads a gateway for hours at a constant rate and looks for what
// only time shows: memory, goroutines or file descriptors that grow, latency that drifts,
// messages that get lost.
//
// At every interval the gateway's metrics and its entry in /proc are read, and
// what the load did meanwhile is taken. At the end each series is judged by its
// slope (Theil-Sen, so that a few bad minutes do not decide) over the time after the first
// quarter, in which caches and tables fill; memory and latency of a run of less than ten
// minutes, as it went, are shown and not judged, and the verdict says so. A growth beyond its bound, anything
// accepted and lost, or too many sends not accepted fails the run, with the
// reason.
package soak
