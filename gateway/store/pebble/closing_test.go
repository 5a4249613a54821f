package pebblestore

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

// TestFailsAtTheEdges fails syncs and writes while the store opens, and while
// it closes: both end with the cause, neither panics nor waits for ever, the
// lock is free, and what was acknowledged is there.
func TestFailsAtTheEdges(t *testing.T) {
	for name, ops := range map[string]map[errorfs.OpKind]bool{"sync": syncs, "write": writes, "make": makes} {
		for _, closing := range []bool{false, true} {
			for after := range int64(6) {
				t.Run(fmt.Sprintf("%s after %d, closing %v", name, after, closing), func(t *testing.T) {
					testFailsAtTheEdge(t, &fault{ops: ops, err: syscall.EIO, after: after}, closing)
				})
			}
		}
	}
}

func testFailsAtTheEdge(t *testing.T, f *fault, closing bool) {
	mem := vfs.NewCrashableMem()
	cfg := config(t)
	cfg.FS, cfg.MinFree = errorfs.Wrap(mem, f), -1
	cfg.Fatal = func(error) {} // a last group, on its way to disk as it closes
	s := mustOpen(t, cfg)
	if err := s.Commit(ctx, storetest.Send(began, 1, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !closing {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f.armed.Store(true)
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		if closing {
			err = s.Close()
		} else if s, err = Open(cfg); err == nil {
			err = s.Close()
		}
	}()
	waitFor(t, done, "the end of it")
	hit := f.n.Load() > f.after
	if err != nil && (!hit || !errors.Is(err, f.err) && !strings.Contains(err.Error(), f.err.Error())) {
		t.Errorf("answered %v, and the disk has failed: %v", err, hit)
	}
	f.armed.Store(false)
	if err == nil && hit {
		t.Log("it did without")
	}
	cfg.FS = mem.CrashClone(vfs.CrashCloneCfg{})
	s = mustOpen(t, cfg)
	defer s.Close()
	if _, err := s.Message(ctx, storetest.NewID(began, 1)); err != nil {
		t.Errorf("what was committed: %v", err)
	}
	if lock, err := lockDir(mem, cfg.Dir); err != nil {
		t.Errorf("the lock of the one that failed: %v", err)
	} else {
		lock.Close()
	}
}

// atUnregister does something between the end of all calls and pebble's Close.
type atUnregister struct {
	prometheus.Registerer
	once sync.Once
	do   func()
}

func (r *atUnregister) Unregister(c prometheus.Collector) bool {
	r.once.Do(r.do)
	return r.Registerer.Unregister(c)
}

// TestFailsBeforePebbleCloses fails a flush when Close has looked for a failure
// already and pebble's Close has not begun: it is not waited for.
func TestFailsBeforePebbleCloses(t *testing.T) {
	f := &fault{ops: writes, file: "MANIFEST", err: syscall.EIO}
	failed := make(chan struct{})
	between := &atUnregister{Registerer: prometheus.NewRegistry()}
	cfg := config(t)
	cfg.FS, cfg.Registerer = errorfs.Wrap(cfg.FS, f), between
	cfg.Fatal = func(error) { close(failed) }
	s := mustOpen(t, cfg)
	if err := s.Commit(ctx, storetest.Send(began, 1, time.Minute)); err != nil {
		t.Fatal(err)
	}
	between.do = func() {
		f.armed.Store(true)
		if _, err := s.db.AsyncFlush(); err != nil {
			t.Error(err)
		}
		waitFor(t, failed, "the failure")
	}
	closesFailed(t, s, func() {})
}

// TestFailsWithCallsInside fails the store when only a call is still inside, which
// may never come back from pebble.
func TestFailsWithCallsInside(t *testing.T) {
	cfg := config(t)
	cfg.Fatal = func(error) {}
	s := mustOpen(t, cfg)
	if err := s.use(); err != nil {
		t.Fatal(err)
	}
	closesFailed(t, s, func() {
		for !s.users.closed.Load() {
			time.Sleep(time.Millisecond)
		}
		s.guardFailed(syscall.EIO)
	})
}

// closesFailed expects Close to answer ErrFailed for what happens meanwhile, and the
// lock to be free then.
func closesFailed(t *testing.T, s *Store, meanwhile func()) {
	t.Helper()
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = s.Close()
	}()
	meanwhile()
	waitFor(t, done, "the end of Close")
	if !errors.Is(err, store.ErrFailed) || !errors.Is(err, syscall.EIO) {
		t.Errorf("Close = %v, want ErrFailed and its cause", err)
	}
	lock, err := lockDir(s.cfg.FS, s.cfg.Dir)
	if err != nil {
		t.Fatalf("the lock of the one that failed: %v", err)
	}
	lock.Close()
}
