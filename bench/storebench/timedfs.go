package storebench

import (
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/bench/stat"
)

// timedFS is the operating system's file system, with a clock at the syncs of
// pebble's log.
type timedFS struct {
	vfs.FS
	syncs *stat.Latencies
}

func newTimedFS() *timedFS { return &timedFS{FS: vfs.Default, syncs: stat.NewLatencies()} }

func (fs *timedFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	return fs.timed(name, f, err)
}

func (fs *timedFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return fs.timed(name, f, err)
}

func (fs *timedFS) timed(name string, f vfs.File, err error) (vfs.File, error) {
	if err != nil || !strings.HasSuffix(name, ".log") {
		return f, err
	}
	return &timedFile{f, fs.syncs}, nil
}

type timedFile struct {
	vfs.File
	syncs *stat.Latencies
}

func (f *timedFile) time(sync func() error) error {
	began := time.Now()
	err := sync()
	f.syncs.Record(0, time.Since(began))
	return err
}

func (f *timedFile) Sync() error     { return f.time(f.File.Sync) }
func (f *timedFile) SyncData() error { return f.time(f.File.SyncData) }
func (f *timedFile) SyncTo(length int64) (full bool, err error) {
	err = f.time(func() (err error) { full, err = f.File.SyncTo(length); return err })
	return full, err
}
