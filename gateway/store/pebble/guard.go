package pebblestore

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// guardFS watches the files that durability hangs on: the log, the manifest,
// and the directories that name them. pebble answers a failed write or sync of
// these in several ways, some of which end the process with a stack trace and
// some only with the next call. Here the first one ends the store, before
// pebble has seen it, so that nobody is told of success after it.
//
// A failed table is left to pebble: it writes another one, and what stands in
// it is still in the log.
type guardFS struct {
	vfs.FS
	watching atomic.Bool         // the store is in use: neither opening nor closing
	fail     func(error)         // ends the store, or the opening or closing of it
	synced   func(time.Duration) // how long a sync of the log took
	quit     <-chan struct{}
	nextTry  atomic.Int64 // no table is begun before, in Unix nanoseconds
}

// tablePause is how long no new table is begun after one failed. pebble tries
// again at once, thousands of times a second on a full disk.
const tablePause = time.Second

// tableFailed is called under pebble's lock, which is why the pause is not here.
func (g *guardFS) tableFailed() {
	if g.watching.Load() {
		g.nextTry.Store(time.Now().Add(tablePause).UnixNano())
	}
}

// pause waits until a table may be begun, or the store is closed.
func (g *guardFS) pause() {
	wait := time.Until(time.Unix(0, g.nextTry.Load()))
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(min(wait, tablePause)) // whatever the clock does
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-g.quit:
	}
}

// failed ends the store. It does not return: should Fatal leave the process
// alive, pebble must not go on. Nor may it while it opens or closes: some of
// these failures it answers with a panic in a goroutine of its own.
func (g *guardFS) failed(what, name string, err error) {
	g.fail(fmt.Errorf("%s %s: %w", what, filepath.Base(name), err))
	select {}
}

// vital says that a file is watched. While the store opens or closes all are
// but tables: what pebble does then about a failure can outrun its own
// goroutines, and end in a panic.
func (g *guardFS) vital(name string) bool {
	base := filepath.Base(name)
	if !g.watching.Load() && !strings.HasSuffix(base, ".sst") {
		return true
	}
	return strings.HasSuffix(base, ".log") || strings.HasPrefix(base, "MANIFEST") || strings.HasPrefix(base, "marker.")
}

func (g *guardFS) file(f vfs.File, name, what string, err error) (vfs.File, error) {
	if err != nil {
		if g.vital(name) {
			g.failed(what, name, err)
		}
		return f, err
	}
	if strings.HasSuffix(name, ".sst") {
		return f, nil
	}
	return &guardFile{File: f, guard: g, name: name}, nil
}

func (g *guardFS) Rename(from, name string) error {
	err := g.FS.Rename(from, name)
	if err != nil && g.vital(name) {
		g.failed("renaming", name, err)
	}
	return err
}

// Unwrap is what vfs.Root follows.
func (g *guardFS) Unwrap() vfs.FS { return g.FS }

func (g *guardFS) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if strings.HasSuffix(name, ".sst") {
		g.pause()
	}
	if strings.HasPrefix(filepath.Base(name), "marker.") {
		if err := g.syncDir(g.FS.PathDir(name)); err != nil {
			return nil, err
		}
	}
	f, err := g.FS.Create(name, category)
	return g.file(f, name, "making", err)
}

// syncDir makes the names in a directory durable: a marker names a manifest,
// and must not outlive a cut that the manifest's own name does not. pebble
// syncs the directory behind the marker only, and counts on file systems that
// keep their order.
func (g *guardFS) syncDir(name string) error {
	dir, err := g.OpenDir(name)
	if err != nil {
		g.failed("opening", name, err)
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (g *guardFS) ReuseForWrite(from, name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := g.FS.ReuseForWrite(from, name, category)
	return g.file(f, name, "making", err)
}

func (g *guardFS) OpenDir(name string) (vfs.File, error) {
	f, err := g.FS.OpenDir(name)
	if err != nil {
		return f, err
	}
	return &guardFile{File: f, guard: g, name: name, dir: true}, nil
}

// guardFile is a file that may be watched, or a directory, which always is.
type guardFile struct {
	vfs.File
	guard *guardFS
	name  string
	dir   bool
}

func (f *guardFile) check(what string, err error) error {
	if err != nil && (f.dir || f.guard.vital(f.name)) {
		f.guard.failed(what, f.name, err)
	}
	return err
}

func (f *guardFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, f.check("writing", err)
}

func (f *guardFile) WriteAt(p []byte, offset int64) (int, error) {
	n, err := f.File.WriteAt(p, offset)
	return n, f.check("writing", err)
}

func (f *guardFile) Sync() error { return f.check("syncing", f.File.Sync()) }

func (f *guardFile) SyncData() error {
	began := time.Now()
	err := f.check("syncing", f.File.SyncData())
	if err == nil && strings.HasSuffix(f.name, ".log") {
		f.guard.synced(time.Since(began))
	}
	return err
}

func (f *guardFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	return full, f.check("syncing", err)
}

func (f *guardFile) Close() error { return f.check("closing", f.File.Close()) }
