package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

var ctx = context.Background()

// fault fails operations on files of one kind from the nth on.
type fault struct {
	ops   map[errorfs.OpKind]bool
	file  string // part of its name
	after int64
	err   error
	armed atomic.Bool
	n     atomic.Int64
}

func (f *fault) String() string { return f.file }

func (f *fault) MaybeError(op errorfs.Op) error {
	if !f.armed.Load() || !f.ops[op.Kind] || !strings.Contains(op.Path, f.file) || f.n.Add(1) <= f.after {
		return nil
	}
	return f.err
}

func kinds(ops ...errorfs.OpKind) map[errorfs.OpKind]bool {
	m := make(map[errorfs.OpKind]bool)
	for _, op := range ops {
		m[op] = true
	}
	return m
}

var (
	syncs  = kinds(errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo)
	writes = kinds(errorfs.OpFileWrite, errorfs.OpFileWriteAt, errorfs.OpFilePreallocate)
	makes  = kinds(errorfs.OpCreate, errorfs.OpReuseForWrite)
)

// TestFaults fails the disk under load. Whatever fails: nobody is told that
// something is on disk that is not, Fatal is called once, everything after it
// is ErrFailed, and a restart finds all that was acknowledged.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		ops  map[errorfs.OpKind]bool
		file string
		err  error
	}{
		{"sync of the log", syncs, ".log", syscall.EIO},
		{"write of the log", writes, ".log", syscall.EIO},
		{"no space for the log", writes, ".log", syscall.ENOSPC},
		{"the next log", makes, ".log", syscall.ENOSPC},
		{"sync of the manifest", syncs, "MANIFEST", syscall.EIO},
		{"write of the manifest", writes, "MANIFEST", syscall.ENOSPC},
	} {
		for _, after := range []int64{0, 1, 3} {
			t.Run(fmt.Sprintf("%s after %d", c.name, after), func(t *testing.T) {
				testFault(t, &fault{ops: c.ops, file: c.file, err: c.err, after: after})
			})
		}
	}
}

func testFault(t *testing.T, f *fault) {
	mem := vfs.NewCrashableMem()
	var fatal atomic.Int32
	failed := make(chan struct{})
	cfg := config(t)
	cfg.FS = errorfs.Wrap(mem, f)
	cfg.MemTableSize = 32 << 10
	cfg.Fatal = func(err error) {
		if !errors.Is(err, store.ErrFailed) || !errors.Is(err, f.err) && !strings.Contains(err.Error(), f.err.Error()) {
			t.Errorf("Fatal is told %v, want the cause %v", err, f.err)
		}
		if fatal.Add(1) == 1 {
			close(failed)
		}
	}
	s := mustOpen(t, cfg)
	l, stop := &load{}, make(chan struct{})
	for n := range 20 { // before the fault
		if err := l.one(s, 900_000_000+n); err != nil {
			t.Fatal(err)
		}
	}
	f.armed.Store(true)
	done := make(chan struct{})
	go func() {
		l.run(s, 8, stop)
		close(done)
	}()
	waitFor(t, failed, "the failure")
	waitFor(t, done, "the writers")
	crashed := mem.CrashClone(vfs.CrashCloneCfg{})
	refused(t, s)
	if err := s.Close(); !errors.Is(err, store.ErrFailed) {
		t.Errorf("Close after the failure = %v, want ErrFailed", err)
	}
	if fatal.Load() != 1 {
		t.Errorf("Fatal was called %d times, want once", fatal.Load())
	}
	l.check(t, cfg, crashed)
}

func waitFor(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s did not come", what)
	}
}

// refused expects ErrFailed of every call.
func refused(t *testing.T, s *Store) {
	t.Helper()
	id := storetest.NewID(began, 1)
	_, message := s.Message(ctx, id)
	_, number := s.NumberState(ctx, "acme", "+491701234567")
	_, claimed := s.Claim(ctx, "acme", "k", [32]byte{}, began)
	_, reviews := s.Reviews(ctx, "", true, store.ID{}, 10)
	_, expired := s.Expire(ctx, began, store.Retention{Messages: time.Hour})
	var open error
	for _, err := range s.Open(ctx) {
		open = err
	}
	for name, err := range map[string]error{
		"Commit": s.Commit(ctx, storetest.Send(began, 1, time.Minute)), "Write": s.Write(storetest.Send(began, 2, time.Minute)),
		"Message": message, "NumberState": number, "Claim": claimed, "Reviews": reviews, "Expire": expired, "Open": open, "Full": s.Full(),
	} {
		if !errors.Is(err, store.ErrFailed) {
			t.Errorf("%s after the failure = %v, want ErrFailed", name, err)
		}
	}
}

// TestFlushFault fails the tables, not the log: nothing is lost by that, and
// pebble tries again.
func TestFlushFault(t *testing.T) {
	f := &fault{ops: makes, file: ".sst", err: syscall.EIO}
	mem := vfs.NewCrashableMem()
	cfg := config(t)
	cfg.FS = errorfs.Wrap(mem, f)
	cfg.MemTableSize = 64 << 10
	s := mustOpen(t, cfg)
	l := &load{}
	f.armed.Store(true)
	for n := 0; f.n.Load() == 0; n++ {
		if err := l.one(s, n); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 10 { // while pebble tries again and again
		if err := l.one(s, 1_000_000+n); err != nil {
			t.Fatal(err)
		}
	}
	l.check(t, cfg, mem.CrashClone(vfs.CrashCloneCfg{}))
	f.armed.Store(false)
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	l.check(t, cfg, mem)
}
