// Package enum is a provider that asks a private ENUM tree whether a number
// was ported: RFC 6116 for the tree, RFC 4769 for the enumservice pstn, and
// RFC 4694 for what its tel URI says.
//
// A number is asked for as its digits in reverse order below the zone, by one
// NAPTR query with EDNS(0) over UDP. A query without an answer is sent once
// more, within the context's time; an answer that does not fit a datagram is
// asked for again over TCP. Only an answer with our id, from the address that
// was asked, to the question as it was asked is looked at; everything else that
// arrives is dropped until the time is over. The records must belong to the
// name that was asked for, or to what its CNAMEs in the same answer lead to.
//
// Of the records the first one counts, in the order of order and preference,
// that is terminal (flag u), of the service E2U+pstn:tel or E2U+pstn, and whose
// regular expression matches the number. It must lead to a tel URI of the same
// number, else the answer is hlr.ErrOtherNumber. Then
//
//	rn present         the number was ported; where Routing maps the routing
//	                   number to a network, that is its home network
//	npdi without rn    portability was asked and the number was not ported
//	neither            nothing was told of portability: the fact is unknown
//	spn                names the provider that holds the number, also by Routing
//
// NXDOMAIN and a name without NAPTR records mean that the number is not in this
// tree (hlr.ErrNotCovered). SERVFAIL, REFUSED, silence and a record that cannot
// be used (a regular expression that is none, a rule that is not terminal, a
// URI that is no tel URI, a loop of CNAMEs) are errors: the fact is unknown, and
// never "not ported". ENUM tells no date of porting.
//
// Answers are not validated by DNSSEC, and AD is not looked at: private trees
// are not signed. Reach the server over a link that is trusted.
//
// Errors hold no number, no domain and no text of a record.
package enum
