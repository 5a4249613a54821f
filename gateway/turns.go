package gateway

import (
	"runtime"
	"time"
)

// turns has fewer sends decided at a time than there are processors. A decision waits
// for nothing, so that more at a time are no faster, and only push each other out of the
// caches; and the runtime looks at the network when a processor has nothing else to run,
// or every 10 ms: with all of them deciding, receipts came in too slowly to keep up.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)-1)) }

// begin waits for a turn. Nobody who has one waits for a disk or a network.
func (t turns) begin() { t <- struct{}{} }

func (t turns) end() { <-t }

// partTurn bounds what a part of a batch waits for its turn: while it has one it also
// reads, and a slow disk is not to be waited for one after the other.
const partTurn = 500 * time.Millisecond

// beginPart is begin for a part of a batch. It returns how to end it.
func (t turns) beginPart() (end func()) {
	timer := time.NewTimer(partTurn)
	defer timer.Stop()
	select {
	case t <- struct{}{}:
		return t.end
	case <-timer.C:
		return func() {}
	}
}
