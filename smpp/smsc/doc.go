// Package smsc is a simulated SMSC: the carrier's half of SMPP 3.4, with the
// latency, the receipts, the quirks and the faults that a Profile asks for.
// Development, load tests and interoperability tests run against it.
//
// One goroutine reads each connection and answers at once what needs no delay;
// what is due later (a delayed response, a receipt, a repeat) waits in one heap
// for the whole server, so that neither a goroutine nor a timer is spent on a
// message. Answers gather while a read's PDUs are handled and leave in one
// write. All randomness comes from the profile's seed: a connection's n-th
// submit_sm meets the same fate in every run.
//
// A message is accepted, then final after its receipt delay, then its receipt
// (when registered_delivery asks for one) is queued for any receiver or
// transceiver bind of the same system_id. A receipt leaves only after the
// response to its submit_sm was written, unless EarlyReceipt asks otherwise; it
// is sent again when the bind is lost, the answer does not come or says so.
// Everything here is bounded: binds by the operating system, receipts waiting
// by ReceiptQueue, messages remembered by Options.InboxSize, output by the
// peer's reading (a slow reader stops being read from, then is dropped).
package smsc
