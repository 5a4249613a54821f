package coding

import (
	"errors"
	"fmt"
)

// What errors.Is finds in the errors of Split and Count.
var (
	ErrTooLong      = errors.New("the text is too long")
	ErrNotEncodable = errors.New("the text cannot be encoded")
)

// TooLongError says that a text needs more segments than allowed. Shorten it or
// allow more.
type TooLongError struct {
	Max int // segments
}

// Error names the limit.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("the text needs more than %d segments", e.Max)
}

// Unwrap returns ErrTooLong.
func (e *TooLongError) Unwrap() error { return ErrTooLong }

// NotEncodableError says which character no allowed coding has. Replace it or
// allow another coding.
type NotEncodableError struct {
	Rune   rune // U+FFFD when the text is not UTF-8
	Offset int  // octets from the start of the text
}

// Error names the character by its number, not the text.
func (e *NotEncodableError) Error() string {
	return fmt.Sprintf("the text cannot be encoded: %U at octet %d", e.Rune, e.Offset)
}

// Unwrap returns ErrNotEncodable.
func (e *NotEncodableError) Unwrap() error { return ErrNotEncodable }
