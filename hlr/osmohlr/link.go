package osmohlr

import (
	"bufio"
	"errors"
	"net"
	"sync"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// link is one connection. A reader and a writer own its two directions; the
// lookups wait on channels of their own.
type link struct {
	conn  net.Conn
	stall time.Duration
	max   int

	mu      sync.Mutex
	waiting map[uint32]chan answer // nil: given up
	lastID  uint32
	out     []byte // requests that the writer has not taken
	err     error  // why it ended
	wake    chan struct{}
	ended   chan struct{}
}

func newLink(conn net.Conn, cfg Config) *link {
	l := &link{
		conn: conn, stall: cfg.Stall, max: cfg.MaxWaiting, waiting: map[uint32]chan answer{},
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go l.write()
	go l.read()
	return l
}

// ask sends one request; its answer comes on the channel unless the link ends.
func (l *link) ask(n subscriber.MSISDN) (id uint32, c chan answer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, nil, l.err
	}
	if len(l.waiting) >= l.max {
		return 0, nil, hlr.ErrOverloaded
	}
	if len(l.waiting) == 0 { // from now on an answer is due
		_ = l.conn.SetReadDeadline(time.Now().Add(l.stall))
	}
	l.lastID = l.lastID%maxID + 1
	id, c = l.lastID, make(chan answer, 1)
	l.waiting[id] = c
	l.out = appendInfo(l.out, id, n)
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
	return id, c, nil
}

// maxID is where ids begin again. A 0 marks a trap.
const maxID = 999_999_999

// forget gives up a lookup. Its answer is still due: an HLR that owes answers
// and stays silent is dead, whether anybody still waits or not.
func (l *link) forget(id uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, due := l.waiting[id]; due {
		l.waiting[id] = nil
	}
}

// write sends what has gathered, all requests of a moment in one piece.
func (l *link) write() {
	var taken []byte
	for {
		select {
		case <-l.wake:
		case <-l.ended:
			return
		}
		l.mu.Lock()
		taken, l.out = l.out, taken[:0]
		l.mu.Unlock()
		_ = l.conn.SetWriteDeadline(time.Now().Add(l.stall))
		if _, err := l.conn.Write(taken); err != nil {
			l.end(err)
			return
		}
	}
}

// read hands answers to those who wait for them until the connection ends.
func (l *link) read() {
	r := bufio.NewReaderSize(l.conn, 16<<10)
	buf := make([]byte, 0, maxFrame)
	for {
		text, err := readFrame(r, buf)
		if err != nil {
			l.end(err)
			return
		}
		if a, ok := parseAnswer(text); ok {
			l.deliver(a)
		}
	}
}

// deliver gives an answer to its lookup, once; frames that answer nobody do not
// put off the time by which an answer is due.
func (l *link) deliver(a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, ok := l.waiting[a.id]
	if !ok {
		return // never asked, or answered before
	}
	delete(l.waiting, a.id)
	if c != nil {
		c <- a
	}
	due := time.Time{}
	if len(l.waiting) > 0 {
		due = time.Now().Add(l.stall)
	}
	_ = l.conn.SetReadDeadline(due)
}

// end closes the link and wakes all who wait on it. The first error counts.
func (l *link) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = linkError(err)
	l.conn.Close()
	close(l.ended)
}

func linkError(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return errors.New("the HLR's connection was closed: no answer came on it")
	}
	return errors.New("the HLR's connection broke: " + plain(err))
}

// plain is an error without the addresses that net puts into it.
func plain(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
