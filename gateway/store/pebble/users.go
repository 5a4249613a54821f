package pebblestore

import (
	"sync/atomic"

	"tollgate/gateway/store"
)

// users counts the calls that touch the database, so that Close waits for
// them. Not a sync.RWMutex: a call may be made inside another one, as in a
// loop over Open, and must get ErrClosed then instead of a deadlock.
type users struct {
	n      atomic.Int64
	closed atomic.Bool
	idle   chan struct{} // of one: the last one left
}

// use begins a call that touches the database; leave ends it.
func (s *Store) use() error {
	s.users.n.Add(1)
	if s.users.closed.Load() {
		s.leave()
		return store.ErrClosed
	}
	if err := s.broken(); err != nil {
		s.leave()
		return err
	}
	return nil
}

func (s *Store) leave() {
	if s.users.n.Add(-1) == 0 && s.users.closed.Load() {
		select {
		case s.users.idle <- struct{}{}:
		default:
		}
	}
}

// wait lets nobody in any more and returns once all have left.
func (u *users) wait() {
	u.closed.Store(true)
	for u.n.Load() != 0 {
		<-u.idle
	}
}
