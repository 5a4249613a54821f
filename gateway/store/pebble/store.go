// Package pebblestore is the embedded engine of gateway/store, over pebble
// (github.com/cockroachdb/pebble/v2): nothing to install, one directory.
//
// # How a write goes
//
// A caller encodes and seals its Tx by itself, under no lock, then appends it
// to the current group under a short one, where its revisions are checked. One
// goroutine, the committer, takes the whole group, applies it as one pebble
// batch with one sync, and wakes all who wait at once; the next group fills
// meanwhile. A group of unsynced writes alone waits for company for half of
// SyncWithin and is then synced in the same way. What is not applied yet is
// read from the groups, so that everybody reads their own writes.
//
// # What fails
//
// So many commits are under way at once, the others wait in turn (gate.go). A group
// is bounded in count and octets; callers wait for room. A failed
// write or sync is final: all who wait get ErrFailed, so does every later
// call, Fatal is called once, and pebble is not touched again, because what
// is on disk is unknown from then on. The restart finds out: pebble replays
// its log up to the last whole record, and a group is one record.
//
// # What stands on disk
//
// See layout.go. Every record is sealed as a whole with its key as context;
// numbers and idempotency keys appear only as keyed hashes. In clear are the
// ids and times by which records are sorted.
package pebblestore

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/store"
)

// Config is what Open needs. A zero field means its default.
type Config struct {
	// Dir holds the data; it is made when missing. Required.
	Dir string
	// Sealer encrypts and hashes. Required.
	Sealer store.Sealer
	// Fatal is called once, after a write or sync failed and all who waited
	// were told. It is meant to end the process; by default it does, with
	// exit code 1.
	Fatal func(error)
	// MinFree is the watermark of free disk, in octets, below which Full
	// answers ErrFull: default 256 MiB, negative for none. It leaves room
	// for the log, the memtables and one compaction of small tables.
	MinFree int64
	// Log gets pebble's own lines at debug level. Default slog.Default.
	Log *slog.Logger
	// Registerer gets the metrics until Close. Default none.
	Registerer prometheus.Registerer
	// FS is the file system. Default the operating system's.
	FS vfs.FS
	// CacheSize is the block cache's share of memory beside two memtables,
	// in octets: default 8 MiB. It must hold the filters and the indexes of
	// the tables; the hot records are in the memtables anyway.
	CacheSize int64
	// MemTableSize is what is written before a flush to a table begins, in
	// octets: default 16 MiB. Usually one or two exist, at most three: then
	// writes wait. Cache and memtables together take 40 MiB by default.
	MemTableSize uint64
	// SyncWithin bounds how long a Write may stay unsynced: default 20 ms.
	SyncWithin time.Duration
}

func (c *Config) setDefaults() error {
	if c.Dir == "" || c.Sealer == nil {
		return errors.New("store: Dir and Sealer are required")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Fatal == nil {
		c.Fatal = func(error) { os.Exit(1) }
	}
	if c.MinFree == 0 {
		c.MinFree = 256 << 20
	}
	if c.FS == nil {
		c.FS = vfs.Default
	}
	if c.CacheSize == 0 {
		c.CacheSize = 8 << 20
	}
	if c.MemTableSize == 0 {
		c.MemTableSize = 16 << 20
	}
	if c.SyncWithin == 0 {
		c.SyncWithin = 20 * time.Millisecond
	}
	return nil
}

// Store is an open data directory. It implements store.Store.
type Store struct {
	cfg     Config
	db      *pebble.DB
	lock    *dirLock
	opening *opening
	closer  atomic.Pointer[opening] // set once pebble is being closed
	guard   *guardFS
	metrics *metrics
	claims  claims
	filter  *filter
	gate    *gate
	disk    diskWatch

	users users

	sweeping sync.Mutex // held by one sweep
	sweeper  sweeper

	mu       sync.Mutex // guards what follows, and the groups in it; never held across I/O
	cur      *group     // takes new writes
	inflight *group     // being applied and synced, or nil
	retired  []overlay  // of the latest groups applied, newest last
	spare    []overlay  // cleared, to be used again
	epoch    uint64     // counts the groups applied
	// revisions of what was read and written lately
	revisions *revCache
	failure   error // wraps store.ErrFailed, once a write failed
	closing   bool  // no new writes

	wake   chan struct{} // cur has something new for the committer
	failed chan struct{} // closed with failure
	quit   chan struct{} // closed by Close
	done   sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// Open opens or makes the data directory. It returns store.ErrLocked when
// another process, or another Store of this one, holds it.
func Open(cfg Config) (*Store, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	if err := cfg.FS.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("store: making the data directory: %w", err)
	}
	if err := room(cfg); err != nil {
		return nil, err
	}
	lock, err := lockDir(cfg.FS, cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{
		cfg: cfg, lock: lock, opening: newOpening(), metrics: newMetrics(cfg.Registerer),
		wake: make(chan struct{}, 1), failed: make(chan struct{}), quit: make(chan struct{}),
	}
	s.filter, s.gate = newFilter(), newGate()
	s.cur = s.newGroup()
	s.users.idle = make(chan struct{}, 1)
	s.claims.held = make(map[claimKey][32]byte)
	if err := s.start(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

func (s *Store) start() (err error) {
	s.guard = &guardFS{FS: s.cfg.FS, fail: s.guardFailed, synced: s.gate.synced, quit: s.quit}
	last, err := s.openDB()
	if err != nil {
		return fmt.Errorf("store: opening %s: %w", s.cfg.Dir, err)
	}
	s.revisions = newRevCache(last)
	if err := s.metrics.register(s.size); err != nil {
		return errors.Join(err, s.closeDB())
	}
	s.guard.watching.Store(true)
	if changed, avail := s.disk.check(s.cfg); changed {
		s.logDisk(avail)
	}
	s.done.Add(3)
	go s.commitLoop()
	go s.fillFilter()
	go s.watchDisk()
	return nil
}

// Close applies what is waiting, syncs it and gives the directory back. After
// a failure it only lets go of the lock and returns the failure.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.closing = true
	s.mu.Unlock()
	close(s.quit)
	if err := s.stopped(); err != nil {
		// Calls may be stuck inside pebble, for good: see guardFS.
		s.users.closed.Store(true)
		s.metrics.unregister()
		return errors.Join(err, s.lock.Close())
	}
	s.guard.watching.Store(false)
	s.metrics.unregister()
	if err := errors.Join(s.closeDB(), s.lock.Close()); err != nil {
		return fmt.Errorf("store: closing %s: %w", s.cfg.Dir, err)
	}
	return nil
}

// stopped waits for the store's goroutines, then for all calls, or returns the failure.
func (s *Store) stopped() error {
	ended := make(chan struct{})
	go func() {
		s.done.Wait()
		s.users.wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-s.failed:
	}
	return s.broken()
}

// Durability says what Commit promises.
func (s *Store) Durability() string {
	return fmt.Sprintf("pebble in %s: every commit is synced to disk before it is answered, attempts within %v", s.cfg.Dir, s.cfg.SyncWithin)
}

// size is the space taken on disk, in octets.
func (s *Store) size() float64 {
	if s.use() != nil {
		return 0
	}
	defer s.leave()
	return float64(s.db.Metrics().DiskSpaceUsage())
}
