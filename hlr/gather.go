package hlr

import (
	"context"
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
}

// New makes a Gatherer. Without providers it answers that nothing was asked.
func New(cfg Config, reg prometheus.Registerer, clock func() time.Time, log *slog.Logger) *Gatherer {
	cfg = cfg.withDefaults()
	g := &Gatherer{
		cfg: cfg, ttl: cfg.TTL.byField(), cache: newCache(cfg.MaxEntries),
		metrics: newMetrics(reg), clock: clock, log: log,
	}
	for _, pc := range cfg.Providers {
		g.sources = append(g.sources, newSource(pc, cfg.Budget))
		g.metrics.provider(pc.Provider.Name())
	}
	return g
}

// Enabled says that a provider is configured.
func (g *Gatherer) Enabled() bool { return len(g.sources) > 0 }

// Providers lists the providers by name, in the order of priority.
func (g *Gatherer) Providers() []string {
	names := make([]string, len(g.sources))
	for i, s := range g.sources {
		names[i] = s.Name()
	}
	return names
}

// Health tells how each provider fares, in the order of priority.
func (g *Gatherer) Health() []Health {
	all := make([]Health, len(g.sources))
	for i, s := range g.sources {
		all[i] = s.breaker.health()
		all[i].Provider, all[i].InFlight = s.Name(), int(s.inFlight.Load())
		if n, ok := s.Provider.(Noter); ok {
			all[i].Note = n.Note()
		}
	}
	return all
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
	want   Field // what it could tell of the need
	have   slot  // what the cache knew
	flight *flight
	res    *result // of the flight, when it came in time
	err    error   // why there is no result
}

// Gather returns what the providers tell of a number within the budget. It
// never fails: a fact that did not come is not in Known.
func (g *Gatherer) Gather(ctx context.Context, n subscriber.MSISDN, need Need) *Answer {
	a := &Answer{}
	if len(g.sources) == 0 {
		return a
	}
	need.Fields = orElse(need.Fields, FieldAll)
	c := &call{seq: g.seq.Add(1), now: g.clock(), need: need}
	parts := make([]part, 0, 8)
	waiting := false
	for i, src := range g.sources {
		want := src.Fields() & src.fields & need.Fields
		if want == 0 {
			continue
		}
		p := part{src: src, want: want}
		g.begin(&p, key{n, i}, c)
		waiting = waiting || p.flight != nil
		parts = append(parts, p)
	}
	if waiting {
		wait(ctx, parts, orElse(need.Budget, g.cfg.Budget))
	}
	now := g.clock()
	for i := range parts {
		g.merge(a, &parts[i], c, now)
	}
	return a
}

// begin takes a provider's facts from the cache or gets a lookup on its way.
func (g *Gatherer) begin(p *part, k key, c *call) {
	if !p.src.local {
		sh := g.cache.shard(k.n)
		sh.mu.Lock()
		p.have = sh.get(k)
		sh.mu.Unlock()
	}
	missing := p.want &^ g.valid(p.src, p.have.good, c, p.want)
	if missing == 0 {
		g.metrics.cache[cacheHit].Inc()
		return
	}
	if fail := p.have.fail; missing&^g.failed(fail, c, missing) == 0 {
		p.err = fail.err
		g.metrics.cache[cacheHit].Inc()
		return
	}
	maxAge := p.src.timeout // any lookup on its way
	if missing&FieldIdentity != 0 {
		maxAge = min(maxAge, c.need.IdentityMaxAge)
	}
	if p.src.local {
		maxAge = 0
	}
	g.start(p, k, c, maxAge)
}

func (g *Gatherer) start(p *part, k key, c *call, maxAge time.Duration) {
	outcome := cacheMiss
	if p.have != (slot{}) {
		outcome = cacheStale
	}
	var joined bool
	p.flight, joined, p.err = g.join(k, c, maxAge)
	switch {
	case joined:
		outcome = cacheJoined
	case p.err == ErrOpen:
		g.metrics.lookup(p.src.Name(), resultOpen, 0)
	case p.err == ErrOverloaded:
		g.metrics.lookup(p.src.Name(), resultOverloaded, 0)
	}
	g.metrics.cache[outcome].Inc()
}

// wait collects the flights until the budget or the context ends.
func wait(ctx context.Context, parts []part, budget time.Duration) {
	timer := time.NewTimer(budget)
	defer timer.Stop()
	var over error
	for i := range parts {
		p := &parts[i]
		if p.flight == nil {
			continue
		}
		if over == nil {
			select {
			case <-p.flight.done:
			case <-timer.C:
				over = ErrBudget
			case <-ctx.Done():
				over = context.Cause(ctx)
			}
		}
		select { // what has come by now counts, also behind one that has not
		case <-p.flight.done:
			p.res, p.err = p.flight.res, p.flight.res.err
		default:
			p.err = over
		}
	}
}
