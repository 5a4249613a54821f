package carrier

import "errors"

// Errors of Reserve, and of a Result that is NotSent.
var (
	// ErrDown: no link that can submit is bound. Use another carrier, or wait for
	// Handler.LinkState.
	ErrDown = errors.New("no link of the carrier is bound")
	// ErrPaused: an operator stopped submissions.
	ErrPaused = errors.New("carrier is paused")
	// ErrClosed: the carrier is draining or closed.
	ErrClosed = errors.New("carrier is closed")
	// ErrBusy: too many wait for a slot already, or, of TryReserve, there is none now.
	ErrBusy = errors.New("no free slot, and no room to wait for one")
	// ErrExpired: the message's expiry passed before it could be written.
	ErrExpired = errors.New("message has expired")
	// ErrSlotUsed: the slot was submitted or released before.
	ErrSlotUsed = errors.New("slot was used before")
)
