package pebblestore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/store"
)

// dirLock is the directory's lock. pebble counts its users, and one that was
// abandoned, or failed to close, may or may not have left: so the file behind
// it is let go of here, once, whatever pebble's count says.
type dirLock struct {
	pebble *pebble.Lock
	file   io.Closer
}

// lockFS notes the file behind a lock.
type lockFS struct {
	vfs.FS
	file io.Closer
}

func (l *lockFS) Lock(name string) (file io.Closer, err error) {
	l.file, err = l.FS.Lock(name)
	return l.file, err
}

// lockDir takes the directory's lock.
func lockDir(files vfs.FS, dir string) (*dirLock, error) {
	noting := &lockFS{FS: files}
	lock, err := pebble.LockDirectory(dir, noting)
	if err == nil {
		return &dirLock{lock, noting.file}, nil
	}
	if heldElsewhere(err) {
		return nil, fmt.Errorf("%w: %s: stop that process, or use another directory", store.ErrLocked, dir)
	}
	return nil, fmt.Errorf("store: locking %s: %w", dir, err)
}

// Close is called once.
func (l *dirLock) Close() error { return l.file.Close() }

// heldElsewhere tells a lock that is held from one that cannot be taken at
// all. pebble has no error value for a lock that this process itself holds.
func heldElsewhere(err error) bool {
	var path *fs.PathError // the file could not even be made
	if errors.As(err, &path) {
		return false
	}
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return true
	}
	switch err.Error() {
	case "lock held by current process", "lock already held":
		return true
	}
	return false
}
