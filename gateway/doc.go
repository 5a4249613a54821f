// Package gateway is a message's life: it takes a send, has it decided, makes
// it durable, brings it to a carrier and follows it to the handset and to the
// code being typed in.
//
// Every decision is kept with the policy's version and the facts that it was
// made on: with the message, with the review that it opened, and, of a send that
// was refused, under that send's id. The first two are on disk before anybody is
// told; a refused send is written without a sync of its own, so that a crash may
// lose those of the last 20 ms, and of a flood only so many are kept (refused.go).
//
// Of open messages only so many are in memory, the others in the store alone
// (paging.go). One that cannot be read lets the others pass and is tried again. For a
// receipt it is read beside the link that brought it (late.go). A carrier that fails
// hands over what others take (away.go).
package gateway
