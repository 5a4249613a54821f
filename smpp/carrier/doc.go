// Package carrier keeps all links of one SMSC account: it binds them and binds
// them again, spreads messages over them within the windows and the contract's
// rate, slows down when the carrier says so, and hands receipts and messages
// from handsets to its Handler.
//
// What it keeps: nothing on disk. A message is the caller's until its Result is
// known; a receipt is the carrier's until it is acknowledged.
//
// What fails: a link that is refused or lost is bound again after a wait that
// grows and is jittered, for as long as the carrier is open. While no link is
// bound, Reserve fails at once with ErrDown, so that the caller can turn to
// another carrier. A message on a link that is lost has the Result Unknown when
// it may have left, NotSent when it cannot have.
//
// What is retried: nothing. Result.Next says, by one table (retry.go), what the
// caller should do; a resent message is billed, so only the caller may decide.
//
// What differs from carrier to carrier is data: a Profile, read from YAML, makes a
// Config. The window, too, follows the carrier, below the contract's (adapt.go).
//
// Queues: Reserve's callers wait first come first served, at most
// Config.MaxWaiting of them, above that ErrBusy. Receipts that are not
// acknowledged yet are at most Config.MaxUnacked a link; above that the SMSC is
// answered Config.Busy and delivers them again later.
package carrier
