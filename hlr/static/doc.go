// Package static is a provider that reads subscribers from a file, for
// development, tests and small private numbering plans. Editing the file plays
// what a network does: another IMSI is a SIM swap, a record with absent: true
// is a swap in flight.
//
// The file is YAML (a map from number to record, or a list of records with
// msisdn; either one also below the key subscribers) or CSV with a header line.
// It is looked at by every lookup, so that an edit is seen by the next lookup
// that starts once the edit was completed. A file replaced by rename is read at
// once. One that is written in place is read once it has been quiet for a
// moment, so that half a file is not taken for the whole; the lookup waits for
// that. A file that cannot be read keeps the former content in force, logs
// what is wrong in which line, and counts it.
//
// A number that the file does not list is not covered (hlr.ErrNotCovered): its
// facts count as not asked. A number that was listed since the process started
// and is no longer is absent (hlr.ErrAbsent), as is every number that is not
// listed when the file says default: absent.
package static
