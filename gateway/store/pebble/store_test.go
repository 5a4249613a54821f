package pebblestore

import (
	"io"
	"log/slog"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/keys"
	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func newRing(t testing.TB) *keys.Ring {
	t.Helper()
	ring, err := keys.New()
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// config is that of a store in memory, which must not fail.
func config(t testing.TB) Config {
	return Config{
		Dir: "data", FS: vfs.NewMem(), Sealer: newRing(t), Log: quiet, MemTableSize: 1 << 20,
		Fatal: func(err error) { t.Errorf("the store failed: %v", err) },
	}
}

func mustOpen(t testing.TB, cfg Config) *Store {
	t.Helper()
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opened opens a store and returns how to open it again.
func opened(t *testing.T, cfg Config) (store.Store, func() store.Store) {
	s := mustOpen(t, cfg)
	t.Cleanup(func() { s.Close() })
	return s, func() store.Store {
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		s = mustOpen(t, cfg)
		return s
	}
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (store.Store, func() store.Store) { return opened(t, config(t)) })
}

func TestRotation(t *testing.T) {
	storetest.RunRotation(t, func(t *testing.T) (store.Store, func() store.Store, func()) {
		cfg := config(t)
		s, reopen := opened(t, cfg)
		return s, reopen, func() {
			if _, err := cfg.Sealer.(*keys.Ring).Rotate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
