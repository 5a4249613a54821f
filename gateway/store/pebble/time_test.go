package pebblestore

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

// TestSyncWithin takes the disk away 20 ms after a Write that nobody waited
// for.
func TestSyncWithin(t *testing.T) {
	mem := vfs.NewCrashableMem()
	cfg := config(t)
	cfg.FS = mem
	var early, late *vfs.MemFS
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, cfg)
		if err := s.Write(storetest.Send(began, 1, time.Minute)); err != nil {
			t.Fatal(err)
		}
		early = mem.CrashClone(vfs.CrashCloneCfg{})
		time.Sleep(20 * time.Millisecond)
		late = mem.CrashClone(vfs.CrashCloneCfg{})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct {
		fs   *vfs.MemFS
		want error
	}{"at once": {early, store.ErrNotFound}, "after 20 ms": {late, nil}} {
		cfg.FS = c.fs
		s := mustOpen(t, cfg)
		if _, err := s.Message(ctx, storetest.NewID(began, 1)); !errors.Is(err, c.want) {
			t.Errorf("a Write lost to a crash %s: %v, want %v", name, err, c.want)
		}
		s.Close()
	}
}

// TestWatermark lets the disk fill up and be cleared again.
func TestWatermark(t *testing.T) {
	mem := vfs.NewMem()
	cfg := config(t)
	cfg.FS, cfg.MinFree = mem, 1000
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, cfg)
		defer s.Close()
		for _, c := range []struct {
			free uint64
			want error
		}{{5000, nil}, {999, store.ErrFull}, {1000, nil}} {
			mem.TestingSetDiskUsage(vfs.DiskUsage{AvailBytes: c.free, TotalBytes: 1 << 40})
			time.Sleep(1100 * time.Millisecond)
			if err := s.Full(); !errors.Is(err, c.want) {
				t.Errorf("Full with %d octets free = %v, want %v", c.free, err, c.want)
			}
		}
	})
}

// TestNoRoomToOpen: pebble would try to flush its log for ever on a full disk.
func TestNoRoomToOpen(t *testing.T) {
	mem := vfs.NewMem()
	cfg := config(t)
	cfg.FS, cfg.MinFree = mem, 1000
	mem.TestingSetDiskUsage(vfs.DiskUsage{AvailBytes: minToOpen - 1, TotalBytes: 1 << 40})
	if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), cfg.Dir) {
		t.Fatalf("Open on a full disk = %v, want an error that names the directory", err)
	}
	mem.TestingSetDiskUsage(vfs.DiskUsage{AvailBytes: minToOpen, TotalBytes: 1 << 40})
	s := mustOpen(t, cfg) // nothing of the failed one holds the directory
	s.Close()
}

// TestBackpressure fills a group while the committer is away: one more waits,
// and gets in once the group is taken.
func TestBackpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, config(t))
		defer s.Close()
		s.mu.Lock()
		full := s.cur
		full.bytes = maxGroupBytes // as if it were
		s.mu.Unlock()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Commit(short, storetest.Send(began, 1, time.Minute)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Commit without room = %v, want the end of its patience", err)
		}
		wrote := make(chan error, 1)
		go func() { wrote <- s.Write(storetest.Send(began, 2, time.Minute)) }()
		synctest.Wait()
		s.mu.Lock()
		s.cur = s.newGroup()
		close(full.taken)
		s.mu.Unlock()
		if err := <-wrote; err != nil {
			t.Errorf("Write once there is room: %v", err)
		}
		if _, err := s.Message(ctx, storetest.NewID(began, 1)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a Commit that found no room was written: %v", err)
		}
	})
}
