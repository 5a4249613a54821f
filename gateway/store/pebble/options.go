package pebblestore

import (
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/sstable/block"
	"golang.org/x/time/rate"
)

// options tunes pebble for many small synced writes of records that are
// mostly read while they are still in memory, or not at all.
func (s *Store) options(log pebble.Logger) *pebble.Options {
	opts := &pebble.Options{
		FS:                 s.guard,
		Lock:               s.lock.pebble,
		Logger:             log,
		EventListener:      s.listener(),
		FormatMajorVersion: pebble.FormatValueSeparation,
		// pebble takes the memtables out of the cache's size: with less
		// than both together every read goes to the file.
		CacheSize:    s.cfg.CacheSize + 2*int64(s.cfg.MemTableSize),
		MemTableSize: s.cfg.MemTableSize,
		// A third memtable bridges a slow flush before writes stall.
		MemTableStopWritesThreshold: 3,
		// Overlapping tables in L0 cost reads, compacting them often costs
		// writes; point reads are behind filters. Those of most classes hardly
		// overlap (see oneClass), so that this is for numbers and answers.
		L0CompactionThreshold:      8,
		L0StopWritesThreshold:      24,
		LBaseMaxBytes:              64 << 20,
		CompactionConcurrencyRange: func() (int, int) { return 1, 2 },
		MaxOpenFiles:               512,
	}
	opts.Experimental.SpanPolicyFunc = oneClass
	for i := range opts.Levels {
		l := &opts.Levels[i]
		l.BlockSize = 8 << 10
		// Most lookups are for what is not there: a new number's state, a
		// new idempotency key. So the last level has filters too.
		l.FilterPolicy = bloom.FilterPolicy(10)
		// What is sealed does not compress.
		l.Compression = func() *sstable.CompressionProfile { return block.NoCompression }
	}
	return opts
}

// oneClass ends each table with the class that it begins with. Within most classes
// records come in the order of time, so that new tables lie behind the old ones and
// move down the levels as they are. One with the end of a class and the beginning of
// the next would overlap all that comes between them, and have it written again.
func oneClass(start []byte) (same pebble.SpanPolicy, end []byte, err error) {
	return same, []byte{start[0] + 1}, nil
}

// listener counts and logs what goes wrong behind the scenes. None of it is
// fatal: pebble tries again, and what was committed is in its log.
func (s *Store) listener() *pebble.EventListener {
	seldom := &rate.Sometimes{First: 3, Interval: 10 * time.Second} // a full disk fails them by the thousand
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			s.opening.failedOnce(err)
			s.guard.tableFailed()
			s.metrics.background.Inc()
			seldom.Do(func() {
				s.cfg.Log.Error("store: a flush or compaction failed and is tried again", "error", err.Error())
			})
		},
		WriteStallBegin: func(info pebble.WriteStallBeginInfo) {
			s.metrics.stalls.Inc()
			s.cfg.Log.Warn("store: writes wait for the disk to catch up", "why", info.Reason)
		},
		DiskSlow: func(info pebble.DiskSlowInfo) {
			s.cfg.Log.Warn("store: the disk is slow", "what", info.OpType.String(), "for", info.Duration)
		},
	}
}
