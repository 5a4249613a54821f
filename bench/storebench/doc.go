// Package storebench measures what it costs to accept durably: engines of
// gateway/store beside a bare log, which is the possible.
//
// Each writer does what an accepted send does: it reads the state of a number
// that was never seen, and commits message, text, first delivery and challenge as one Tx,
// then waits until it is on disk. The bare log appends as many octets, sealed by nobody and
// found by nobody, and syncs them in groups in the same way. The engines get
// slices of time in turn, so that what else the machine and its disk do
// meets all of them.
package storebench
