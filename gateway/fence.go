package gateway

import (
	"context"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr"
)

// What a fence can find; the label of tollgate_fence_total.
const (
	fenceSame     = "same"      // the SIM that the decision saw
	fenceChanged  = "changed"   // another one, or none: never submitted
	fenceUnknown  = "unknown"   // not answered in time
	fenceFresh    = "fresh"     // what the decision saw is younger than the bound
	fenceNotAsked = "not_asked" // nobody can be asked
)

// FenceConfig says how the last comparison before submit_sm is made.
type FenceConfig struct {
	// MaxAge is how old the identity may be for purposes that do not require
	// a lookup of their own. Default 5 s.
	MaxAge time.Duration
	// Budget bounds the lookup. Default 150 ms, that of the decision.
	Budget time.Duration
}

// Fence compares a message's SIM with the one that the decision saw, at the
// last moment before a carrier gets it: a SIM that was swapped while the
// message waited never receives the code. A swap is visible when the network
// had acknowledged it before the fence's lookup started.
type Fence struct {
	cfg    FenceConfig
	facts  *hlr.Gatherer
	hasher hlr.Hasher
	m      *Metrics
	now    func() time.Time
}

// NewFence makes a fence; a zero bound of cfg means its default.
func NewFence(cfg FenceConfig, facts *hlr.Gatherer, h hlr.Hasher, m *Metrics, now func() time.Time) *Fence {
	if cfg.MaxAge == 0 {
		cfg.MaxAge = 5 * time.Second
	}
	if cfg.Budget == 0 {
		cfg.Budget = 150 * time.Millisecond
	}
	return &Fence{cfg: cfg, facts: facts, hasher: h, m: m, now: now}
}

// finding is what a fence found, when it began to look and how long that took.
type finding struct {
	result string
	began  time.Time
	took   time.Duration
}

// ask looks, and counts what it found.
func (f *Fence) ask(ctx context.Context, msg *store.Message) finding {
	began := f.now()
	if !msg.Fence.Asked && !f.told(msg) {
		f.m.notFenced.Inc()
		return finding{fenceNotAsked, began, 0}
	}
	result := f.compare(ctx, msg, began)
	took := f.now().Sub(began)
	f.m.fences.WithLabelValues(result).Inc()
	if result != fenceFresh {
		f.m.fence.Observe(took.Seconds())
	}
	return finding{result, began, took}
}

func (f *Fence) compare(ctx context.Context, msg *store.Message, now time.Time) string {
	if !msg.Fence.Asked {
		return fenceChanged // a network told of it by itself
	}
	if !f.needsLookup(msg, now) {
		// Another send may have seen the swap meanwhile: what is known counts.
		if f.judge(msg, f.facts.Gather(ctx, msg.To, f.need(msg, true))) == fenceChanged {
			return fenceChanged
		}
		return fenceFresh
	}
	return f.judge(msg, f.facts.Gather(ctx, msg.To, f.need(msg, false)))
}

func (f *Fence) need(msg *store.Message, cacheOnly bool) hlr.Need {
	n := hlr.Need{
		Fields: hlr.FieldIdentity, Budget: f.cfg.Budget, CacheOnly: cacheOnly, Insist: !cacheOnly,
		Tenant: msg.Tenant, Purpose: msg.Purpose, Region: msg.Region,
	}
	if !msg.Fence.Required {
		n.IdentityMaxAge = f.cfg.MaxAge
	}
	return n
}

// judge compares an answer with what the decision saw.
func (f *Fence) judge(msg *store.Message, a *hlr.Answer) string {
	if toldSince(msg, &a.Pushed) {
		return fenceChanged
	}
	same, known := hlr.SameSIM(msg.Fence.SIM(), a, f.hasher)
	dated := a.SIMChange.NotBefore.After(msg.Fence.SeenAt) // says so itself, whoever tells it
	if !same && !dated && a.IdentityBy != msg.Fence.By && msg.Fence.By != "" {
		return fenceUnknown // the one that the decision relied on did not answer
	}
	switch {
	case !known:
		return fenceUnknown
	case !same:
		return fenceChanged
	}
	return fenceSame
}

// told says that a network told by itself, after the decision, of a swap.
func (f *Fence) told(msg *store.Message) bool {
	p := f.facts.Pushed(msg.To)
	return toldSince(msg, &p)
}

// toldSince says that a network told by itself, after the decision, of a swap
// that the decision did not see: by what it saw, or because it saw nothing.
func toldSince(msg *store.Message, p *hlr.Push) bool {
	sim := msg.Fence.SIM()
	if !p.Heard.After(msg.CreatedAt) {
		return false
	}
	if c := sim.Change; c.Told() {
		return p.At.After(c.NotAfter) || sim.SeenAt.IsZero() && p.At.After(c.NotBefore)
	}
	return !sim.Known() || p.At.After(sim.SeenAt)
}

// needsLookup says whether asking may take long, so that it must not be done
// on the lane's own goroutine.
func (f *Fence) needsLookup(msg *store.Message, now time.Time) bool {
	sim := msg.Fence.SIM()
	return msg.Fence.Asked && (msg.Fence.Required || !sim.Known() || now.Sub(msg.Fence.SeenAt) > f.cfg.MaxAge)
}
