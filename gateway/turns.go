package gateway

import "runtime"

// turns has fewer sends judged at a time than there are processors. That waits for
// nothing, so that more at a time are no faster, and only push each other out of the
// caches; and the runtime looks at the network when a processor has nothing else to run,
// or every 10 ms: with all of them judging, receipts came in too slowly to keep up.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)-1)) }

// begin waits for a turn. Who has one must not wait for a disk or a network, and calls
// end whatever happens.
func (t turns) begin() { t <- struct{}{} }

func (t turns) end() { <-t }
