package pebblestore

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// maxOpenFailures is how often a table may fail while the store is opened.
// pebble itself tries for ever, and opening would neither end nor say why.
const maxOpenFailures = 3

// opening is the time until pebble is open, or that of its Close. Whoever finds that it
// cannot succeed ends it from within, in whichever goroutine of pebble's that
// shows.
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

// run calls open, which opens or closes pebble; what pebble calls fatal, or
// tries for ever, is an error here, and so is the first failure that the guard sees. An abandoned pebble stands still for good:
// the goroutine that ended it does not go on, and all others wait for that one.
func (o *opening) run(open func() error) error {
	returned := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("%v", v)
			}
			if o.state.CompareAndSwap(stateOpening, stateReturned) {
				returned <- err
			}
		}()
		err = open()
	}()
	select {
	case err := <-returned:
		return err
	case err := <-o.cause:
		return err
	}
}

// openDB opens pebble and looks whether its data is ours.
func (s *Store) openDB() (last store.ID, err error) {
	opts := s.options(&pebbleLogger{store: s})
	found := make(chan store.ID, 1)
	err = s.opening.run(func() (err error) {
		if s.db, err = pebble.Open(s.cfg.Dir, opts); err != nil {
			return err
		}
		if err := s.checkKey(); err != nil {
			return errors.Join(err, s.db.Close())
		}
		id, err := s.lastChallenge()
		if err != nil {
			return errors.Join(err, s.db.Close())
		}
		found <- id
		return nil
	})
	if err == nil {
		last = <-found
	}
	return last, err
}

// closeDB closes pebble, unless the store fails first: pebble flushes until its Close
// has begun, and a flush that failed a moment before that stands still, for which Close
// would wait.
func (s *Store) closeDB() error {
	end := newOpening()
	s.closer.Store(end)
	closed := make(chan error, 1)
	go func() { closed <- end.run(s.db.Close) }()
	select {
	case err := <-closed:
		return err
	case <-s.failed:
		return s.broken()
	}
}

// guardFailed ends whatever the store is about: opening, closing, or being one.
func (s *Store) guardFailed(err error) {
	s.opening.fail(err)
	if end := s.closer.Load(); end != nil {
		end.fail(err)
		return // closed already
	}
	s.fail(err)
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
