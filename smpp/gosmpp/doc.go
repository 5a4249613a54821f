// Package gosmpp is one bind over github.com/fiorix/go-smpp, chosen by
// `driver: go-smpp`. Its use is to tell whose fault an interoperability problem
// is: the octets are encoded and decoded by code that others wrote. For traffic
// the native driver is better in every respect.
//
// It uses the library's connection and codec, not its Transmitter and
// Transceiver: those acknowledge deliver_sm before anybody has stored it, block
// one goroutine a message, and reconnect by themselves. Window, time-outs,
// enquire_link and loss are handled here as package session does.
//
// Limits that come from the library:
//
//   - data_sm, alert_notification, outbind and the other commands that it cannot
//     decode are dropped without an answer, for it does not tell their
//     sequence_number. Receipts that come in data_sm are therefore lost to the SMSC's
//     retry; use the native driver for such a carrier.
//   - A request with an unknown command_id gets no generic_nack, for the same reason.
//   - sequence_number comes from one counter for the whole process.
//   - Optional parameters are written in no particular order.
//   - Every message costs tens of allocations and a write of its own: about a
//     twentieth of the native driver's rate.
//   - The connection is made by the library, without a way to give it a dialer or
//     a deadline; a connect or write that hangs is given up on, and the connection
//     closed, from outside.
package gosmpp
