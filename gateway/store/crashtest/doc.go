// Package crashtest breaks the disk under a store and looks whether the store
// kept its word.
//
// A schedule is drawn from a seed: several lives of a store over one disk, each
// with callers that do what the gateway does, and one fault each. The power is
// cut, or the process killed, in the midst of a write, a sync, a rename; or
// operations fail with EIO or ENOSPC, once or for good, torn writes among them.
// What was not synced is lost, kept, or kept in part. A file whose sync failed
// is never durable afterwards, though later syncs of it succeed, as kernels do.
//
// Behind each life the next start must find:
//   - every record as its last acknowledged Commit left it, or later;
//   - the same for a Write older than 20 ms;
//   - of what was under way all or nothing, a Tx at a time;
//   - the open messages and the open reviews listed, no more and no fewer;
//
// and from a failed write or sync on the store refuses everything.
//
// The seed draws the calls and the fault. How callers, commit groups and
// flushes interleave is the scheduler's, so a failure may take some repetitions
// of its seed to come back.
package crashtest
