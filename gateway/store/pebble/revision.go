package pebblestore

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"tollgate/gateway/store"
)

// readRevisions notes the stored revisions of what p replaces, as of the
// groups applied so far, where they are not known already.
func (s *Store) readRevisions(p *pending) error {
	if len(p.checks) == 0 {
		return nil
	}
	if err := s.use(); err != nil {
		return err
	}
	defer s.leave()
	s.mu.Lock()
	p.epoch = s.epoch
	for i := range p.checks {
		p.checks[i].missing(s.revisions)
	}
	s.mu.Unlock()
	for i := range p.checks {
		c := &p.checks[i]
		if err := s.readRevision(&c.at); err != nil {
			return err
		}
		for j := range c.former {
			if err := s.readRevision(&c.former[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing marks the places of c that must be read.
func (c *check) missing(known *revCache) {
	_, ok := known.get(&c.at.key)
	c.at.read = !ok
	for j := range c.former {
		_, ok := known.get(&c.former[j].key)
		c.former[j].read = !ok
	}
}

func (s *Store) readRevision(p *place) error {
	if !p.read {
		return nil
	}
	head, found, err := s.headOf(&p.key)
	p.had = head
	if err == nil && !found && p.key.class() == classChallenge { // not written since it was issued?
		var m uint64
		message := idKey(classMessage, p.key.id())
		m, _, err = s.headOf(&message)
		p.had = m & 1
	}
	return err
}

// headOf is the varint of what the database has at k, 0 when that is nothing.
func (s *Store) headOf(k *key) (n uint64, found bool, err error) {
	if !s.filter.may(k) {
		return 0, false, nil
	}
	val, closer, err := s.db.Get(k.bytes())
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, readError(err)
	}
	n, _ = head(val)
	return n, true, closer.Close()
}

// checkRevisions compares the revisions of p with what is stored or about to
// be. It needs s.mu. fresh is false when one must be read again: it was
// forgotten meanwhile, or too many groups were applied since.
func (s *Store) checkRevisions(p *pending) (fresh, ok bool) {
	for i := range p.checks {
		c := &p.checks[i]
		c.from = -1
		rev, fresh := s.revision(&c.at, p.epoch)
		for j := 0; fresh && rev == 0 && j < len(c.former); j++ {
			if rev, fresh = s.revision(&c.former[j], p.epoch); rev != 0 {
				c.from = j
			}
		}
		if !fresh {
			return false, false
		}
		if rev != c.want {
			return true, false
		}
	}
	return true, true
}

// revision is the newest revision of a record: known, or in a group that is
// not applied or was applied after the database was read, or in the database.
func (s *Store) revision(p *place, epoch uint64) (rev uint64, fresh bool) {
	if rev, ok := s.revisions.get(&p.key); ok {
		return rev, true
	}
	if !p.read || s.epoch-epoch > uint64(len(s.retired)) {
		return 0, false
	}
	if e, found := s.waiting(&p.key); found {
		return e.rev, true
	}
	for i := len(s.retired) - 1; i >= 0; i-- {
		if e, found := s.retired[i][p.key]; found {
			return e.rev, true
		}
	}
	return p.had, true
}

// learn keeps the revision that somebody began to read from the database at
// epoch, unless it may have changed since.
func (s *Store) learn(k *key, rev, epoch uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rev, fresh := s.revision(&place{key: *k, read: true, had: rev}, epoch)
	if fresh {
		s.revisions.put(k, rev)
	}
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

// lastChallenge is the highest ID that a challenge in the database can have.
func (s *Store) lastChallenge() (store.ID, error) {
	inside, err := s.last(classMessage)
	if err != nil {
		return inside, err
	}
	own, err := s.last(classChallenge)
	return later(inside, own), err
}

// last is the highest ID of a class of records in the database.
func (s *Store) last(class byte) (id store.ID, err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{class}, UpperBound: prefixEnd([]byte{class})})
	if err != nil {
		return id, readError(err)
	}
	if it.Last() {
		k := keyOf(it.Key())
		id = k.id()
	}
	if err := it.Close(); err != nil {
		return id, readError(err)
	}
	return id, nil
}
