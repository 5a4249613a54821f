package pebblestore

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// fail ends the store: all who wait get ErrFailed, and so does every later
// call. Only the first failure counts.
func (s *Store) fail(cause error) {
	s.mu.Lock()
	if s.failure != nil {
		s.mu.Unlock()
		return
	}
	s.failure = fmt.Errorf("%w: %w", store.ErrFailed, cause)
	close(s.failed)
	s.cur.end(s.failure)
	if s.inflight != nil {
		s.inflight.end(s.failure)
	}
	s.mu.Unlock()
	s.metrics.failed.Set(1)
	s.cfg.Log.Error("store: a write to disk failed; nothing is accepted any more. Restart to recover what was accepted, after a look at the disk",
		"dir", s.cfg.Dir, "error", cause)
	s.cfg.Fatal(s.failure)
}

// broken is the failure, nil while all is well.
func (s *Store) broken() error {
	select {
	case <-s.failed:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.failure
	default:
		return nil
	}
}

func readError(err error) error { return fmt.Errorf("store: reading: %w", err) }

// pebbleLogger takes pebble's own lines.
type pebbleLogger struct{ store *Store }

var _ pebble.Logger = (*pebbleLogger)(nil)

func (l *pebbleLogger) Infof(format string, args ...any) {
	l.debug(format, args)
}

func (l *pebbleLogger) Errorf(format string, args ...any) {
	l.store.cfg.Log.Error("store: pebble: " + fmt.Sprintf(format, args...))
}

// Fatalf is where pebble goes when it cannot continue, as after a failed
// write of its manifest. It must not return. Should Fatal leave the process
// alive, the goroutine stays here: it may hold pebble's locks.
func (l *pebbleLogger) Fatalf(format string, args ...any) {
	err := fmt.Errorf("pebble: "+format, args...)
	l.store.guardFailed(err)
	select {}
}

func (l *pebbleLogger) debug(format string, args []any) {
	log := l.store.cfg.Log
	if log.Enabled(context.Background(), slog.LevelDebug) {
		log.Debug("pebble: " + fmt.Sprintf(format, args...))
	}
}
