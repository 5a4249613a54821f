package gateway

import (
	"sync"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// unreadable are the messages that could not be read from the store when somebody last
// tried. A slow or damaged disk is waited for, but not for ever: after ReceiptWait the
// room that a message takes, and the carrier that tells of it, matter more.
type unreadable struct {
	n        atomic.Int64 // how many there are, and
	nameless atomic.Int64 // of how many receipts find nothing: to be read without the lock

	mu   sync.Mutex
	list map[store.ID]unread
}

type unread struct {
	since    time.Time
	nameless bool
}

// failed notes that id could not be read, and returns since when.
func (u *unreadable) failed(id store.ID, now time.Time) (since time.Time) {
	return u.note(id, unread{since: now}).since
}

// failedNameless is failed for a submitted message of a former run, of which nobody
// knows by what names its receipts will come.
func (u *unreadable) failedNameless(id store.ID, now time.Time) {
	u.note(id, unread{since: now, nameless: true})
}

func (u *unreadable) note(id store.ID, x unread) unread {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.list == nil {
		u.list = map[store.ID]unread{}
	}
	was, known := u.list[id]
	if known {
		x.since = was.since
		x.nameless = x.nameless || was.nameless
	} else {
		u.n.Add(1)
	}
	if x.nameless && !was.nameless {
		u.nameless.Add(1)
	}
	u.list[id] = x
	return x
}

// forget takes out a message that could be read, or that nobody tries to read any more.
func (u *unreadable) forget(id store.ID) {
	if u.n.Load() == 0 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	x, known := u.list[id]
	if !known {
		return
	}
	delete(u.list, id)
	u.n.Add(-1)
	if x.nameless {
		u.nameless.Add(-1)
	}
}

// namelessSince says that some receipts find nothing, of messages that could not be
// read since then or later.
func (u *unreadable) namelessSince(t time.Time) bool {
	if u.nameless.Load() == 0 {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, x := range u.list {
		if x.nameless && !x.since.Before(t) {
			return true
		}
	}
	return false
}
