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
//
// A Profile is the weather: shares and distributions that hold all the time. Its
// Script is an incident: steps in order, each with a condition and an action, on
// top of the weather. Its counts are those of the whole server, so with several
// connections it is their order that decides which one meets a step.
//
// Options.Record writes every PDU as a line of JSON, and Options.PCAP as packets:
// whole PDUs as they came in, segments as they went out. Passwords are left out
// of the one and blanked in the other; texts and numbers are in both.
//
// Everything here is bounded: binds by the operating system, receipts waiting
// by ReceiptQueue, messages remembered by Options.InboxSize, output by the
// peer's reading (a slow reader stops being read from, then is dropped). Only a
// record grows for as long as the server runs.
package smsc
