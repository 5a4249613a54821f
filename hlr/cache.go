package hlr

import (
	"container/list"
	"hash/maphash"
	"sync"
	"time"

	"tollgate/hlr/subscriber"
)

// result is how one lookup ended. It is never changed once it is shared.
type result struct {
	seq     uint64 // when it started, in the Gatherer's order of events
	at      time.Time
	took    time.Duration
	sub     Subscriber
	told    Field
	absent  bool
	outside bool // not covered
	err     error
}

// slot is the latest word of one provider on one number: an answer and, apart
// from it, a failure. A failure does not take away what was known before it.
type slot struct {
	good *result
	fail *result
}

type entry struct {
	n     subscriber.MSISDN
	slots []slot
}

// shard is one part of the cache, least recently used numbers leaving first,
// with the lookups that are on their way for its numbers.
type shard struct {
	mu      sync.Mutex
	max     int
	entries map[subscriber.MSISDN]*list.Element
	order   list.List // newest first, of *entry
	flights map[key]*flight
	// minSeq is set by Invalidate: what started before it is neither cached
	// nor joined. It holds for all numbers of the shard, which costs some
	// of them one lookup more.
	minSeq uint64
}

const shardCount = 64

type cache struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

func newCache(max int) *cache {
	c := &cache{seed: maphash.MakeSeed()}
	for i := range c.shards {
		s := &c.shards[i]
		s.max = (max + shardCount - 1) / shardCount
		s.entries = map[subscriber.MSISDN]*list.Element{}
		s.flights = map[key]*flight{}
		s.order.Init()
	}
	return c
}

func (c *cache) shard(n subscriber.MSISDN) *shard {
	return &c.shards[maphash.String(c.seed, string(n))%shardCount]
}

// get returns what one provider said; s.mu is held.
func (s *shard) get(k key) slot {
	e, ok := s.entries[k.n]
	if !ok {
		return slot{}
	}
	s.order.MoveToFront(e)
	return e.Value.(*entry).slots[k.source]
}

// put keeps a result unless a lookup that started later has already told;
// s.mu is held.
func (s *shard) put(k key, r *result, sources int) {
	if r.seq < s.minSeq {
		return
	}
	e, ok := s.entries[k.n]
	if !ok {
		if s.order.Len() >= s.max {
			s.drop(s.order.Back())
		}
		e = s.order.PushFront(&entry{n: k.n, slots: make([]slot, sources)})
		s.entries[k.n] = e
	}
	to := &e.Value.(*entry).slots[k.source]
	switch {
	case r.err != nil && (to.fail == nil || to.fail.seq < r.seq):
		to.fail = r
	case r.err == nil && (to.good == nil || to.good.seq < r.seq):
		to.good = r
		if to.fail != nil && to.fail.seq < r.seq {
			to.fail = nil
		}
	}
}

func (s *shard) drop(e *list.Element) {
	delete(s.entries, s.order.Remove(e).(*entry).n)
}

// forget drops a number and all lookups that started before seq.
func (s *shard) forget(n subscriber.MSISDN, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.minSeq = max(s.minSeq, seq)
	if e, ok := s.entries[n]; ok {
		s.drop(e)
	}
}
