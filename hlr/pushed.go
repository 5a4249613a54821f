package hlr

import (
	"container/list"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/hlr/subscriber"
)

// Push is a change of a SIM that a network told of by itself.
type Push struct {
	At    time.Time // of the change; zero: none was told
	Heard time.Time // when it was told
}

const (
	// pushKept outlives every message that was decided on before the push;
	// decisions find it in the Record for as long as any change.
	pushKept = time.Hour
	pushMax  = 65536 // numbers; above, the one that was told of first is forgotten
)

// pushes keeps the latest push of each number.
type pushes struct {
	some atomic.Bool // so that none costs nothing
	mu   sync.RWMutex
	of   map[subscriber.MSISDN]*list.Element
	old  list.List // of *pushOf, heard first in front
}

type pushOf struct {
	n subscriber.MSISDN
	Push
}

func (p *pushes) put(n subscriber.MSISDN, at, heard time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[subscriber.MSISDN]*list.Element{}
	}
	if e, ok := p.of[n]; ok {
		if !e.Value.(*pushOf).At.Before(at) {
			return // told before, or overtaken by a later one
		}
		p.drop(e)
	}
	for e := p.old.Front(); e != nil && (p.old.Len() >= pushMax || heard.Sub(e.Value.(*pushOf).Heard) > pushKept); e = p.old.Front() {
		p.drop(e)
	}
	p.of[n] = p.old.PushBack(&pushOf{n, Push{at, heard}})
	p.some.Store(true)
}

func (p *pushes) drop(e *list.Element) { delete(p.of, p.old.Remove(e).(*pushOf).n) }

func (p *pushes) get(n subscriber.MSISDN, now time.Time) Push {
	if !p.some.Load() {
		return Push{}
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if e, ok := p.of[n]; ok && now.Sub(e.Value.(*pushOf).Heard) <= pushKept {
		return e.Value.(*pushOf).Push
	}
	return Push{}
}

func (p *pushes) forget(n subscriber.MSISDN) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.of[n]; ok {
		p.drop(e)
	}
}

// SIMChanged takes a network's own word that the SIM of a number changed. What
// is cached of the number and what lookups on their way will say of it is
// forgotten, and every answer from now on, also of a call under way, says that
// the SIM changed then or later.
func (g *Gatherer) SIMChanged(n subscriber.MSISDN, at time.Time) {
	g.pushed.put(n, at, g.clock())
	g.Invalidate(n)
}

// Forget erases all that is in memory of a number.
func (g *Gatherer) Forget(n subscriber.MSISDN) {
	g.pushed.forget(n)
	g.Invalidate(n)
}

// Pushed is the latest change of a number's SIM that was told of within the
// last hour.
func (g *Gatherer) Pushed(n subscriber.MSISDN) Push { return g.pushed.get(n, g.clock()) }

// heed puts a push into an answer. It is no answer of a provider: where none
// told when the SIM changed, that stays unknown, because there may have been
// another change since, and only the earliest time of the latest one is known.
func (a *Answer) heed(p Push, now time.Time) {
	if p.At.IsZero() {
		return
	}
	a.Pushed = p
	c := &a.SIMChange
	switch {
	case a.Known&FieldSIMChange == 0:
		*c = LastChange{NotBefore: p.At, NotAfter: latest(now, p.At)}
	case c.NotAfter.Before(p.At):
		*c = ChangedAt(p.At) // the network's answers are behind its events
	case c.NotBefore.Before(p.At):
		c.NotBefore = p.At
	}
}

// SIMChanged adds a network's own word that the SIM changed at a time, under
// the provider that it came by; news is false when it is known.
func (r Record) SIMChanged(source string, at time.Time) (next Record, news bool) {
	h := r.of(source)
	var kept []Change
	others := 0
	for i := len(h.Changes) - 1; i >= 0; i-- { // newest first
		c := h.Changes[i]
		if c.Field == FieldSIMChange {
			if !c.NewFirst.Before(at) {
				return r, false
			}
			if others++; others >= maxPushes {
				continue
			}
		}
		kept = append(kept, c)
	}
	changes := make([]Change, 0, len(kept)+1)
	for i := len(kept) - 1; i >= 0; i-- {
		changes = append(changes, kept[i])
	}
	h.Changes = append(changes, Change{Field: FieldSIMChange, OldLast: at, NewFirst: at})
	return r.with(source, h), true
}

// maxPushes bounds the changes of a History that were pushed.
const maxPushes = 4
