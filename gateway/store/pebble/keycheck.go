package pebblestore

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// keyProof is sealed into every data directory.
var keyProof = []byte("tollgate store 1")

// checkKey makes sure that the Sealer holds the keys of this data before
// anything is written under others.
func (s *Store) checkKey() error {
	k := []byte{classKeyCheck}
	sealed, closer, err := s.db.Get(k)
	if errors.Is(err, pebble.ErrNotFound) {
		if err := s.db.Set(k, s.cfg.Sealer.Seal(nil, keyProof, k), pebble.Sync); err != nil {
			return fmt.Errorf("store: writing to %s: %w", s.cfg.Dir, err)
		}
		return nil
	}
	if err != nil {
		return readError(err)
	}
	defer closer.Close()
	if _, err := s.cfg.Sealer.Open(nil, sealed, k); err != nil {
		return fmt.Errorf("store: the keys do not open the data in %s; name the key file that it was made with: %w", s.cfg.Dir, err)
	}
	return nil
}
