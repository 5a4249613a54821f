package pebblestore

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// layout is the version of what layout.go describes, and of records that would be
// misread as an older build wrote them. 3: challenges have a MAC from the start.
const layout = "3"

// keyProof is sealed into every data directory: it shows that the keys are
// those of the data, and which layout that has.
var keyProof = []byte("tollgate store " + layout)

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
	proof, err := s.cfg.Sealer.Open(nil, sealed, k)
	if err != nil {
		return fmt.Errorf("store: the keys do not open the data in %s; name the key file that it was made with: %w", s.cfg.Dir, err)
	}
	if !bytes.Equal(proof, keyProof) {
		return fmt.Errorf("store: %s was written by another version of tollgate (%q, this one reads %q); start that version on it, or give this one a new directory",
			s.cfg.Dir, proof, keyProof)
	}
	return nil
}
