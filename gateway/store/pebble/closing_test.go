package pebblestore

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

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
