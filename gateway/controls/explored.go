package controls

import (
	"sync"
	"time"
)

// explored remembers who was let through by lot: he comes back with proof, and
// must not meet the block that his first send was spared.
type explored struct {
	mu   sync.Mutex
	won  map[who]win
	ring []who // in the order of winning; the oldest makes room
	next int
}

type who struct{ tenant, to string }

type win struct {
	lot    uint32
	at     time.Time
	passed bool
}

const (
	maxExplored = 1 << 14
	exploredFor = 30 * time.Minute // as long as any code lives
)

func newExplored() *explored { return &explored{won: map[who]win{}} }

// lot is the one that won before, or a new one.
func (e *explored) lot(s *Send) uint32 {
	e.mu.Lock()
	w, ok := e.won[who{s.Tenant, string(s.To)}]
	e.mu.Unlock()
	if ok && s.At.Sub(w.at) < exploredFor {
		return w.lot
	}
	return max(1, s.Lot())
}

// remember keeps a lot that won, from its first send on.
func (e *explored) remember(s *Send) {
	k := who{s.Tenant, string(s.To)}
	lot := e.lot(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	if w, ok := e.won[k]; ok && s.At.Sub(w.at) < exploredFor {
		return
	} else if !ok {
		if len(e.ring) < maxExplored {
			e.ring = append(e.ring, k)
		} else {
			delete(e.won, e.ring[e.next])
			e.ring[e.next] = k
			e.next = (e.next + 1) % maxExplored
		}
	}
	e.won[k] = win{lot: lot, at: s.At}
}

// passed says that a send with proof is the first of one that was explored.
func (e *explored) passed(s *Send) bool {
	k := who{s.Tenant, string(s.To)}
	e.mu.Lock()
	defer e.mu.Unlock()
	w, ok := e.won[k]
	if !ok || w.passed {
		return false
	}
	w.passed = true
	e.won[k] = w
	return true
}
