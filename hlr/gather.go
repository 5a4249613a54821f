package hlr

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr/subscriber"
)

// Gatherer asks providers for subscriber facts. It is safe for use by many
// goroutines.
type Gatherer struct {
	cfg     Config
	ttl     [fieldCount]time.Duration
	sources []*source
	cache   *cache
	metrics *metrics
	clock   func() time.Time
	log     *slog.Logger
	seq     atomic.Uint64 // orders the starts of calls, lookups and invalidations
	pushed  pushes
}

// New makes a Gatherer. Without providers it answers that nothing was asked.
func New(cfg Config, reg prometheus.Registerer, clock func() time.Time, log *slog.Logger) *Gatherer {
	cfg = cfg.withDefaults()
	g := &Gatherer{
		cfg: cfg, ttl: cfg.TTL.byField(), cache: newCache(cfg.MaxEntries),
		metrics: newMetrics(reg), clock: clock, log: log,
	}
	for _, pc := range cfg.Providers {
		src := newSource(pc, cfg.Budget)
		g.sources = append(g.sources, src)
		g.metrics.provider(src.name)
	}
	return g
}

// Enabled says that a provider is configured.
func (g *Gatherer) Enabled() bool { return len(g.sources) > 0 }

// Providers lists the providers by name, in the order of priority.
func (g *Gatherer) Providers() []string {
	names := make([]string, len(g.sources))
	for i, s := range g.sources {
		names[i] = s.name
	}
	return names
}

// Health tells how each provider fares, in the order of priority.
func (g *Gatherer) Health() []Health {
	all := make([]Health, len(g.sources))
	for i, s := range g.sources {
		all[i] = s.breaker.health()
		all[i].Provider, all[i].InFlight = s.name, int(s.inFlight.Load())
		if n, ok := s.Provider.(Noter); ok {
			all[i].Note = n.Note()
		}
	}
	return all
}

// Close ends the providers that hold connections or goroutines.
func (g *Gatherer) Close() error {
	var errs []error
	for _, s := range g.sources {
		if c, ok := s.Provider.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// Invalidate forgets what is cached of a number, and what lookups that are on
// their way will say of it: the network has told of a change.
func (g *Gatherer) Invalidate(n subscriber.MSISDN) {
	g.cache.shard(n).forget(n, g.seq.Add(1))
}

// call is one Gather.
type call struct {
	seq  uint64
	now  time.Time
	need Need
}

// part is what one provider adds to a call.
type part struct {
	src    *source
	key    key
	want   Field // what it could tell of the need; 0: it is not asked
	have   slot  // what the cache knew
	flight *flight
	res    *result // of the flight, when it came in time
	err    error   // why there is no result
}

// Gather returns what the providers tell of a number within the budget. It
// never fails: a fact that did not come is not in Known.
func (g *Gatherer) Gather(ctx context.Context, n subscriber.MSISDN, need Need) *Answer {
	a := &Answer{}
	g.GatherInto(ctx, n, need, a)
	return a
}

// GatherInto is Gather into an answer that is used again: where the cache
// knows everything, nothing is allocated.
func (g *Gatherer) GatherInto(ctx context.Context, n subscriber.MSISDN, need Need, a *Answer) {
	*a = Answer{Sources: a.Sources[:0]}
	if len(g.sources) == 0 {
		return
	}
	need.Fields = orElse(need.Fields, FieldAll)
	need.Budget = orElse(need.Budget, g.cfg.Budget)
	c := call{seq: g.seq.Add(1), now: g.clock(), need: need}
	var few [8]part
	parts := few[:0]
	fallbacks := false
	for i, src := range g.sources {
		if want := src.Fields() & src.fields & need.Fields; want != 0 && src.scope.holds(&need) {
			parts = append(parts, part{src: src, key: key{n, i}, want: want})
			fallbacks = fallbacks || src.fallback
		}
	}
	g.ask(ctx, parts, &c, fallbacks)
	now := g.clock()
	for i := range parts {
		if parts[i].want != 0 {
			g.merge(a, &parts[i], &c, now)
		}
	}
	if need.Fields&FieldSIMChange != 0 {
		a.heed(g.pushed.get(n, now), now)
	}
}

// Warm waits, within the context's time, for the providers that must get
// ready before they can be asked.
func (g *Gatherer) Warm(ctx context.Context) {
	for _, s := range g.sources {
		if w, ok := s.Provider.(Warmer); ok {
			_ = w.Warm(ctx) // its lookups say why they fail
		}
	}
}

// ask gets the parts' results, those of fallbacks after the others' and only
// for what these did not tell.
func (g *Gatherer) ask(ctx context.Context, parts []part, c *call, fallbacks bool) {
	waiting := false
	for i := range parts {
		if p := &parts[i]; !p.src.fallback {
			g.begin(p, c)
			waiting = waiting || p.flight != nil
		}
	}
	began := time.Now()
	if fallbacks {
		if waiting {
			wait(ctx, parts, c.need.Budget/2)
		}
		waiting = g.askFallbacks(parts, c) || waiting
	}
	if waiting {
		collect(parts, wait(ctx, parts, c.need.Budget-time.Since(began)))
	}
}

// askFallbacks begins the fallbacks, in their order of priority, each for what
// none before it told or is being asked.
func (g *Gatherer) askFallbacks(parts []part, c *call) (waiting bool) {
	var told Field
	for i := range parts {
		if p := &parts[i]; !p.src.fallback {
			told |= g.toldSoFar(p, c)
		}
	}
	for i := range parts {
		p := &parts[i]
		if !p.src.fallback {
			continue
		}
		if p.want &^= told; p.want == 0 {
			continue
		}
		g.begin(p, c)
		waiting = waiting || p.flight != nil
		told |= p.want
	}
	return waiting
}

// toldSoFar is what a part has told by now, from a lookup or from the cache.
func (g *Gatherer) toldSoFar(p *part, c *call) Field {
	switch {
	case p.flight == nil && p.have.good != nil:
		return p.have.good.told & g.valid(p.src, p.have.good, c, p.want)
	case p.flight != nil && p.flight.landed():
		return p.flight.res.told
	}
	return 0
}

// begin takes a provider's facts from the cache or gets a lookup on its way.
func (g *Gatherer) begin(p *part, c *call) {
	if !p.src.local {
		sh := g.cache.shard(p.key.n)
		sh.mu.Lock()
		p.have = sh.get(p.key)
		sh.mu.Unlock()
	}
	missing := p.want &^ g.valid(p.src, p.have.good, c, p.want)
	if missing == 0 {
		g.metrics.cache[cacheHit].Inc()
		return
	}
	if fail := p.have.fail; !c.need.Insist && missing&^g.failed(fail, c, missing) == 0 {
		p.err = fail.err
		g.metrics.cache[cacheHit].Inc()
		return
	}
	if c.need.CacheOnly {
		p.err = ErrCacheOnly
		return
	}
	maxAge := p.src.timeout // any lookup on its way
	if missing&c.need.aged() != 0 {
		maxAge = min(maxAge, c.need.IdentityMaxAge)
	}
	if p.src.local {
		maxAge = 0
	}
	g.start(p, c, maxAge)
}

func (g *Gatherer) start(p *part, c *call, maxAge time.Duration) {
	outcome := cacheMiss
	if p.have != (slot{}) {
		outcome = cacheStale
	}
	var joined bool
	p.flight, joined, p.err = g.join(p.key, c, maxAge)
	if joined {
		outcome = cacheJoined
	} else if p.err != nil {
		g.metrics.lookup(p.src.name, refusalLabel(p.err), 0)
	}
	g.metrics.cache[outcome].Inc()
}

// wait returns when all flights have landed, or with the reason why it did not
// wait for them: the budget or the context ended.
func wait(ctx context.Context, parts []part, budget time.Duration) error {
	timer := time.NewTimer(budget)
	defer timer.Stop()
	for i := range parts {
		if parts[i].flight == nil {
			continue
		}
		select {
		case <-parts[i].flight.done:
		case <-timer.C:
			return ErrBudget
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// collect takes what has come by now, also behind a flight that has not landed.
func collect(parts []part, over error) {
	for i := range parts {
		p := &parts[i]
		switch {
		case p.flight == nil:
		case p.flight.landed():
			p.res, p.err = p.flight.res, p.flight.res.err
		default:
			p.err = over
		}
	}
}
