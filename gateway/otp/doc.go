// Package otp is the life of a one-time code: making it, writing it into a
// text, and judging what is typed in. It does no I/O and reads no clock: it
// changes records that the caller has read and will commit, at a time that the
// caller names.
//
// A challenge is one code. What a tenant and a number have been through
// together, the cool-downs and the wrong codes of the last hour, stands in one
// store.NumberState that all challenges of the number share, so that asking
// for a new code buys no new attempts.
//
// Of the code a challenge has a keyed MAC alone, which is all that a check needs. The
// code itself stands in the text that goes to the handset, sealed, and is erased with
// that once the message has ended.
//
// Records carry a revision (see gateway/store): raising it is the caller's
// work, as is reading both records again and repeating the call when the
// commit finds that another one came first.
package otp
