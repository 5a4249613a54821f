package pebblestore

import (
	"fmt"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// maxOpenFailures is how often a table may fail while the store is opened.
// pebble itself tries for ever, and opening would neither end nor say why.
const maxOpenFailures = 3

// opening is one call of pebble.Open. Whoever finds that it cannot succeed
// ends it from within, in whichever goroutine of pebble's that shows.
type opening struct {
	state    atomic.Int32
	failures atomic.Int32
	cause    chan error // has room for the one that ends it
}

const (
	stateOpening int32 = iota
	stateReturned
	stateAbandoned
)

func newOpening() *opening { return &opening{cause: make(chan error, 1)} }

// run opens pebble; what it calls fatal, or tries for ever, is an error here.
// An abandoned pebble stands still for good: the goroutine that ended it does
// not go on, and all others wait for that one.
func (o *opening) run(dir string, opts *pebble.Options) (*pebble.DB, error) {
	type result struct {
		db  *pebble.DB
		err error
	}
	returned := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r.err = fmt.Errorf("%v", v)
			}
			if o.state.CompareAndSwap(stateOpening, stateReturned) {
				returned <- r
			}
		}()
		r.db, r.err = pebble.Open(dir, opts)
	}()
	select {
	case r := <-returned:
		return r.db, r.err
	case err := <-o.cause:
		_ = opts.Lock.Close() // pebble's share; err says more than a failure of this
		return nil, err
	}
}

// fail ends the opening and does not return; once that is over it does
// nothing and returns.
func (o *opening) fail(err error) {
	if o.state.CompareAndSwap(stateOpening, stateAbandoned) {
		o.cause <- err
	}
	if o.state.Load() == stateAbandoned {
		select {}
	}
}

// failedOnce takes a failed flush or compaction.
func (o *opening) failedOnce(err error) {
	if o.failures.Add(1) >= maxOpenFailures {
		o.fail(fmt.Errorf("what the log holds cannot be written to a table; look at the disk and start again: %w", err))
	}
}
