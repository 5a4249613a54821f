package pebblestore

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"tollgate/gateway/store/storetest"
)

// TestOpenThatCannotFlush opens a store whose log cannot be written to a
// table, or to a manifest: opening ends, and another try is free to succeed.
func TestOpenThatCannotFlush(t *testing.T) {
	for name, f := range map[string]*fault{
		"tables":   {ops: makes, file: ".sst", err: syscall.ENOSPC},
		"writes":   {ops: writes, file: ".sst", err: syscall.ENOSPC},
		"manifest": {ops: writes, file: "MANIFEST", err: syscall.ENOSPC},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			cfg.FS = errorfs.Wrap(cfg.FS, f)
			s := mustOpen(t, cfg)
			if err := s.Commit(ctx, storetest.Send(began, 1, time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			f.armed.Store(true)
			cfg.MinFree = -1
			var err error
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, err = Open(cfg)
			}()
			waitFor(t, done, "the end of Open")
			if err == nil || !strings.Contains(err.Error(), syscall.ENOSPC.Error()) || !strings.Contains(err.Error(), cfg.Dir) {
				t.Errorf("Open = %v, want the cause and the directory", err)
			}
			f.armed.Store(false)
			s = mustOpen(t, cfg)
			defer s.Close()
			if _, err := s.Message(ctx, storetest.NewID(began, 1)); err != nil {
				t.Errorf("what was committed: %v", err)
			}
		})
	}
}

// TestFailedTablesPause lets every table fail: it is tried about once a second
// and logged less often, and closing does not wait for the next try.
func TestFailedTablesPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fault{ops: makes, file: ".sst", err: syscall.ENOSPC}
		var logged bytes.Buffer
		cfg := config(t)
		cfg.FS, cfg.Log = errorfs.Wrap(cfg.FS, f), slog.New(slog.NewTextHandler(&logged, nil))
		s := mustOpen(t, cfg)
		if err := s.Commit(ctx, storetest.Send(began, 1, time.Minute)); err != nil {
			t.Fatal(err)
		}
		f.armed.Store(true)
		if _, err := s.db.AsyncFlush(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n := f.n.Load(); n < 25 || n > 35 {
			t.Errorf("a table was tried %d times in 30 s, want one a second", n)
		}
		if n := strings.Count(logged.String(), "is tried again"); n < 1 || n > 6 {
			t.Errorf("logged %d times in 30 s, want the first three and one each 10 s", n)
		}
		if strings.Contains(logged.String(), ".go:") {
			t.Errorf("the log holds a stack trace: %s", &logged)
		}
		start := time.Now()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("Close waited %v", took)
		}
	})
}

func TestExists(t *testing.T) {
	cfg := config(t)
	cfg.FS, cfg.Dir = vfs.Default, filepath.Join(t.TempDir(), "a[b]")
	if Exists(cfg.Dir) {
		t.Error("a directory that is not there")
	}
	if err := os.Mkdir(cfg.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if Exists(cfg.Dir) {
		t.Error("an empty directory")
	}
	if err := mustOpen(t, cfg).Close(); err != nil {
		t.Fatal(err)
	}
	if !Exists(cfg.Dir) {
		t.Error("a store is not seen")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !Exists(file) {
		t.Error("what cannot be read was taken for no store")
	}
}
