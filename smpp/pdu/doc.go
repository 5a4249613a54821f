// Package pdu holds the wire types of SMPP 3.4 and the status codes and
// optional parameters of 5.0 that carriers send. It does no I/O but for
// Reader, which cuts a byte stream into whole PDUs, and keeps no state.
//
// Encoders append to the caller's slice and refuse what the specification does
// not allow. Decoders are milder where the field shows that peers differ
// (../QUIRKS.md), keep unknown optional parameters and vendor status codes as
// they came, and bound every length.
//
// A failure says what to do next: a *FieldError refuses one PDU with the status
// it names and leaves the session alone; ErrFraming means that the stream has
// lost its place and the session must be closed.
//
// Section numbers are those of "Short Message Peer to Peer Protocol
// Specification v3.4", issue 1.2, unless they name 5.0.
package pdu
