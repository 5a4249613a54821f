package pebblestore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tollgate/gateway/store"
)

// diskWatch knows whether free disk is below the watermark.
type diskWatch struct{ full atomic.Bool }

// minToOpen is what opening needs at least: what the log holds is flushed to a
// table first, and pebble tries that for ever where there is no room for it.
const minToOpen = 16 << 20

// room refuses to open on a disk that is full.
func room(cfg Config) error {
	if cfg.MinFree < 0 {
		return nil
	}
	if usage, err := cfg.FS.GetDiskUsage(cfg.Dir); err == nil && usage.AvailBytes < minToOpen {
		return fmt.Errorf("store: only %d KiB are free in %s: free at least %d MiB and start again", usage.AvailBytes>>10, cfg.Dir, minToOpen>>20)
	}
	return nil
}

// Exists says that the directory of the operating system holds a store
// already. One that cannot be read is taken for one that does: nothing that a
// store must be given first, such as new keys, is made beside it.
func Exists(dir string) bool {
	list, err := os.ReadDir(dir)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return slices.ContainsFunc(list, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), "MANIFEST-") })
}

// check measures; it reports whether the answer changed. A file system that
// cannot tell is never full.
func (d *diskWatch) check(cfg Config) (changed bool, avail uint64) {
	if cfg.MinFree < 0 {
		return false, 0
	}
	usage, err := cfg.FS.GetDiskUsage(cfg.Dir)
	full := err == nil && usage.AvailBytes < uint64(cfg.MinFree)
	return d.full.Swap(full) != full, usage.AvailBytes
}

// watchDisk measures each second until the store ends.
func (s *Store) watchDisk() {
	defer s.done.Done()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.failed:
			return
		case <-s.quit:
			return
		}
		if changed, avail := s.disk.check(s.cfg); changed {
			s.logDisk(avail)
		}
	}
}

func (s *Store) logDisk(avail uint64) {
	if s.disk.full.Load() {
		s.cfg.Log.Error("store: free disk is below the watermark, new messages are refused until there is room",
			"dir", s.cfg.Dir, "free_bytes", avail, "watermark_bytes", s.cfg.MinFree)
		return
	}
	s.cfg.Log.Info("store: free disk is above the watermark again", "dir", s.cfg.Dir, "free_bytes", avail)
}

// Full answers from the last measurement.
func (s *Store) Full() error {
	if err := s.broken(); err != nil {
		return err
	}
	if s.disk.full.Load() {
		return store.ErrFull
	}
	return nil
}
