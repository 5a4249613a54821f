package gateway

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/gateway/store"
)

// Shadows has policies decide beside the live one, on the same facts, and
// counts where they differ. It works behind a bounded queue: a send hands over
// its facts and waits for nothing; when the queue is full they are dropped and
// counted. It is safe for concurrent use.
type Shadows struct {
	queue         chan shadowed
	stop, stopped chan struct{}
	ended         sync.Once

	decisions *prometheus.CounterVec
	dropped   prometheus.Counter

	mu      sync.Mutex
	reports map[string]*ShadowReport
}

// shadowed is one decision to be compared.
type shadowed struct {
	id       store.ID
	kind     store.Kind
	policies []*fraud.Policy
	facts    fraud.Facts
	live     fraud.Decision
}

const (
	shadowQueue = 1024
	maxDeltas   = 50
)

// ShadowReport is how one policy compares with the live ones.
type ShadowReport struct {
	Policy string                            `json:"policy"` // name and version
	Since  time.Time                         `json:"since"`
	Counts map[fraud.Kind]map[fraud.Kind]int `json:"counts"`      // live -> shadow -> sends
	Deltas []ShadowDelta                     `json:"differences"` // the latest, newest last
}

// ShadowDelta is one send that the two policies decide differently.
type ShadowDelta struct {
	ID            string     `json:"id"`
	At            time.Time  `json:"at"`
	Tenant        string     `json:"tenant"`
	Purpose       string     `json:"purpose"`
	Live          fraud.Kind `json:"live"`
	Shadow        fraud.Kind `json:"shadow"`
	LiveScore     float64    `json:"live_score"`
	ShadowScore   float64    `json:"shadow_score"`
	LiveRule      string     `json:"live_rule,omitempty"`
	ShadowRule    string     `json:"shadow_rule,omitempty"`
	LiveReasons   []string   `json:"live_reasons"`
	ShadowReasons []string   `json:"shadow_reasons"`
}

// NewShadows starts the comparison; Close ends it.
func NewShadows(reg prometheus.Registerer) *Shadows {
	s := &Shadows{
		queue: make(chan shadowed, shadowQueue), stop: make(chan struct{}), stopped: make(chan struct{}), reports: map[string]*ShadowReport{},
		decisions: counterVec("tollgate_shadow_decisions_total", "Sends that a shadow policy decided too, by what the live one decided.", "policy", "live", "shadow"),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tollgate_shadow_dropped_total", Help: "Decisions that no shadow policy saw because too many waited.",
		}),
	}
	depth := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tollgate_shadow_queue_depth", Help: "Decisions that wait for the shadow policies.",
	}, func() float64 { return float64(len(s.queue)) })
	reg.MustRegister(s.decisions, s.dropped, depth)
	go s.run()
	return s
}

// Close compares what waits and ends; what is handed over after it waits for
// ever.
func (s *Shadows) Close() {
	s.ended.Do(func() { close(s.stop) })
	<-s.stopped
}

// add hands a decision over.
func (s *Shadows) add(j shadowed) {
	select {
	case s.queue <- j:
	default:
		s.dropped.Inc()
	}
}

func (s *Shadows) run() {
	defer close(s.stopped)
	for {
		select {
		case j := <-s.queue:
			s.compare(&j)
		case <-s.stop:
			for len(s.queue) > 0 {
				j := <-s.queue
				s.compare(&j)
			}
			return
		}
	}
}

func (s *Shadows) compare(j *shadowed) {
	for _, p := range j.policies {
		d := p.Decide(&j.facts)
		s.decisions.WithLabelValues(p.Name(), string(j.live.Shown()), string(d.Shown())).Inc()
		s.note(j, p, &d)
	}
}

func (s *Shadows) note(j *shadowed, p *fraud.Policy, d *fraud.Decision) {
	live, shadow := j.live.Shown(), d.Shown()
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.reports[p.Name()]
	if r == nil || r.Policy != p.Version() { // another content under the name begins anew
		r = &ShadowReport{Policy: p.Version(), Since: j.facts.At, Counts: map[fraud.Kind]map[fraud.Kind]int{}}
		s.reports[p.Name()] = r
	}
	if r.Counts[live] == nil {
		r.Counts[live] = map[fraud.Kind]int{}
	}
	r.Counts[live][shadow]++
	if live == shadow {
		return
	}
	if len(r.Deltas) == maxDeltas {
		r.Deltas = append(r.Deltas[:0], r.Deltas[1:]...)
	}
	r.Deltas = append(r.Deltas, ShadowDelta{
		ID: prefixes[j.kind] + j.id.String(), At: j.facts.At, Tenant: j.facts.Tenant, Purpose: j.facts.Purpose,
		Live: live, Shadow: shadow, LiveScore: j.live.Score, ShadowScore: d.Score, LiveRule: j.live.Rule, ShadowRule: d.Rule,
		LiveReasons: reasonCodes(&j.live), ShadowReasons: reasonCodes(d),
	})
}

func reasonCodes(d *fraud.Decision) []string {
	codes := make([]string, len(d.Reasons))
	for i := range d.Reasons {
		codes[i] = d.Reasons[i].Code
	}
	return codes
}

// Reports tells how the shadow policies compare, by name.
func (s *Shadows) Reports() map[string]ShadowReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]ShadowReport, len(s.reports))
	for name, r := range s.reports {
		c := *r
		c.Counts = make(map[fraud.Kind]map[fraud.Kind]int, len(r.Counts))
		for live, counts := range r.Counts {
			c.Counts[live] = make(map[fraud.Kind]int, len(counts))
			for shadow, n := range counts {
				c.Counts[live][shadow] = n
			}
		}
		c.Deltas = append([]ShadowDelta{}, r.Deltas...)
		out[name] = c
	}
	return out
}

// SetShadow names the policies that decide beside the live one, for tenants
// that name none.
func (s *Service) SetShadow(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.Shadow = names
}

// shadow hands a decision to the tenant's shadow policies, once for a send that
// starts over.
func (s *Service) shadow(q *sending, f *fraud.Facts, d *fraud.Decision) {
	if s.Shadows == nil || q.shadowed {
		return
	}
	policies := s.shadowPolicies(q.t)
	if len(policies) == 0 {
		return
	}
	q.shadowed = true
	s.Shadows.add(shadowed{id: q.draft.id, kind: q.r.Kind, policies: policies, facts: *f, live: *d})
}

// shadowPolicies looks the names up as they stand now.
func (s *Service) shadowPolicies(t *Tenant) (list []*fraud.Policy) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := t.Shadow
	if names == nil {
		names = s.cfg.Shadow
	}
	for _, name := range names {
		if p := s.policies[name]; p != nil {
			list = append(list, p)
		}
	}
	return list
}
