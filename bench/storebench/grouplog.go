package storebench

import (
	"fmt"
	"os"
	"sync"
	"time"

	"tollgate/bench/stat"
)

// groupLog is the least that makes records durable: all that wait are written
// with one write and one sync, into a file that is filled beforehand, so that a
// sync need not write its size. It begins anew at the end, and nothing is ever read back.
type groupLog struct {
	f     *os.File
	syncs *stat.Latencies

	mu     sync.Mutex
	more   sync.Cond // there is something in next, or it is closed
	next   *group
	closed bool
	ended  chan struct{}
}

// group is what is synced together.
type group struct {
	b    []byte
	done chan struct{}
	err  error
}

// logSize is what is filled beforehand.
const logSize = 64 << 20

func openGroupLog(name string, syncs *stat.Latencies) (*groupLog, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the bare log: %w", err)
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < logSize && err == nil; at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros, at)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("fill the bare log: %w", err)
	}
	l := &groupLog{f: f, syncs: syncs, next: newGroup(), ended: make(chan struct{})}
	l.more.L = &l.mu
	go l.commit()
	return l, nil
}

func newGroup() *group { return &group{done: make(chan struct{})} }

// append returns once the record is on disk.
func (l *groupLog) append(record []byte) error {
	l.mu.Lock()
	g := l.next
	g.b = append(g.b, record...)
	l.more.Signal()
	l.mu.Unlock()
	<-g.done
	return g.err
}

// commit takes group after group.
func (l *groupLog) commit() {
	defer close(l.ended)
	var at int64
	for {
		l.mu.Lock()
		for len(l.next.b) == 0 && !l.closed {
			l.more.Wait()
		}
		g := l.next
		l.next = newGroup()
		l.mu.Unlock()
		if len(g.b) == 0 {
			return
		}
		if at+int64(len(g.b)) > logSize {
			at = 0
		}
		if _, g.err = l.f.WriteAt(g.b, at); g.err == nil {
			began := time.Now()
			g.err = datasync(l.f)
			l.syncs.Record(0, time.Since(began))
		}
		at += int64(len(g.b))
		close(g.done)
	}
}

func (l *groupLog) close() error {
	l.mu.Lock()
	l.closed = true
	l.more.Signal()
	l.mu.Unlock()
	<-l.ended
	return l.f.Close()
}
