// Package receipt reads delivery receipts in every dialect that carriers speak,
// writes the usual one for simulators, and finds the attempt a receipt belongs
// to.
//
// A receipt is a deliver_sm or data_sm whose optional parameters, or whose text
// (SMPP 3.4 appendix B, which is only an example and is treated as one), name a
// message and its state. Optional parameters come first; the text is scanned for
// its keys in any order and length. What cannot be understood is kept as it came
// and never taken for a success.
//
// The id in a receipt is not always the one in submit_sm_resp: decimal on one
// side and hexadecimal on the other, zeros added, case changed. A Matcher
// compares them by the carrier's IDMode, or learns how they relate.
package receipt
