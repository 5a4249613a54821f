package pdu

import (
	"errors"
	"fmt"
)

// ErrFraming means that the octets do not line up with PDUs any more: a
// command_length below 16, above the limit, or unlike the octets that came.
// Close the session; nothing after it can be trusted.
var ErrFraming = errors.New("the stream has lost its framing")

// What stands inside a FieldError.
var (
	ErrUnknownCommand = errors.New("unknown command_id")
	ErrCut            = errors.New("ends before the field does")
	ErrTooLong        = errors.New("longer than the field allows")
	ErrNUL            = errors.New("a NUL inside a C-Octet String")
	ErrRange          = errors.New("value out of range")
	ErrTrailing       = errors.New("octets after the last field")
)

// FieldError refuses one PDU and leaves the session as it is: answer the
// request with Status (generic_nack for an unknown command), or, when it comes
// from Append, fix the named field.
type FieldError struct {
	Command CommandID
	Field   string // the specification's name
	Status  Status // what to answer
	Err     error
}

// Error names the PDU, the field and what is wrong, never the value.
func (e *FieldError) Error() string {
	return fmt.Sprintf("%v: %s: %v (%v)", e.Command, e.Field, e.Err, e.Status)
}

// Unwrap returns what is wrong with the field.
func (e *FieldError) Unwrap() error { return e.Err }
