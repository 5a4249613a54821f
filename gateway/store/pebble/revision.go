package pebblestore

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"
)

// readRevisions notes the stored revisions of what p replaces, as of the
// groups applied so far.
func (s *Store) readRevisions(p *pending) (err error) {
	if len(p.checks) == 0 {
		return nil
	}
	if err := s.use(); err != nil {
		return err
	}
	defer s.leave()
	s.mu.Lock()
	p.epoch = s.epoch
	s.mu.Unlock()
	for i := range p.checks {
		c := &p.checks[i]
		if c.had, err = s.storedRevision(&c.key); err != nil {
			return err
		}
		for j := range c.former {
			if c.former[j].had, err = s.storedRevision(&c.former[j].key); err != nil {
				return err
			}
		}
	}
	return nil
}

// storedRevision is the revision in the database, 0 for none.
func (s *Store) storedRevision(k *key) (uint64, error) {
	val, closer, err := s.db.Get(k.bytes())
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, readError(err)
	}
	rev, _ := head(val)
	return rev, closer.Close()
}

// checkRevisions compares the revisions of p with what is stored or about to
// be. It needs s.mu. fresh is false when too many groups were applied since
// they were read.
func (s *Store) checkRevisions(p *pending) (fresh, ok bool) {
	if len(p.checks) > 0 && s.epoch-p.epoch > uint64(len(s.retired)) {
		return false, false
	}
	for i := range p.checks {
		c := &p.checks[i]
		c.from = -1
		rev := s.revision(&c.key, c.had)
		for j := 0; rev == 0 && j < len(c.former); j++ {
			if rev = s.revision(&c.former[j].key, c.former[j].had); rev != 0 {
				c.from = j
			}
		}
		if rev != c.want {
			return true, false
		}
	}
	return true, true
}

// revision is the newest revision of a record: in a group, in one that was
// applied after the database was read, or in the database.
func (s *Store) revision(k *key, had uint64) uint64 {
	if e, found := s.waiting(k); found {
		return e.rev
	}
	for i := len(s.retired) - 1; i >= 0; i-- {
		if e, found := s.retired[i][*k]; found {
			return e.rev
		}
	}
	return had
}

// waiting finds what a group that is not applied yet writes at k. It needs
// s.mu; the entry's value may be read only as long as that is held.
func (s *Store) waiting(k *key) (entry, bool) {
	if e, found := s.cur.seen[*k]; found {
		return e, true
	}
	if s.inflight != nil {
		e, found := s.inflight.seen[*k]
		return e, found
	}
	return entry{}, false
}
