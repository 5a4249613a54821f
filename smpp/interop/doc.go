// Package interop holds no code, only tests: it proves the SMPP stack against peers
// that others wrote, each a process of its own on loopback.
//
//   - Kannel, and the clients of the Go libraries go-smpp and gosmpp, send through
//     the simulated SMSC (package smsc).
//   - A carrier (package carrier) sends through SMSCs written with the npm package
//     smpp and with Perl's Net::SMPP, and through osmo-msc, where a fake handset
//     shows what arrived.
//   - tshark is the oracle. Every octet of these runs is recorded and dissected by it: no
//     PDU of ours may be malformed, and each field must be where, and what, package
//     pdu says. Golden vectors are judged the same way.
//
// A peer that is not installed is skipped by name; .ci/install gets them all. What
// a peer does that the specification does not say is written down in
// smpp/QUIRKS.md.
package interop
