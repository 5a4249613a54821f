// Package compare gives the same load to several systems in one run: bare
// fasthttp, Kannel without a store and with its spool, and Tollgate.
//
// Each gets a slice of time in turn, round after round, so that whatever else
// the machine does meets all of them; what counts are the ratios within a round,
// as a median with its least and most. Before the next one's slice begins, the
// former one's messages have reached the carrier, or had their time.
//
// What is the same: the machine, the generator, the carrier (in the generator's
// process, one bind with a window of 1000), number and order of the sends. What is not:
// Tollgate decides, seals and syncs each message before it answers, and asks for
// a receipt, which it gets and follows; Kannel answers before the SMPP side, is not
// asked for reports, and its spool is written without a sync. The bare server
// reads the request and answers.
package compare
