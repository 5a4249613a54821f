package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/window"
	"tollgate/gateway/account"
	"tollgate/gateway/controls"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Config is what the service decides by.
type Config struct {
	// Policies by name; DefaultPolicy names the one of tenants that name none.
	Policies      map[string]*fraud.Policy
	DefaultPolicy string
	// Shadow names policies that decide beside the live one, for tenants that
	// name none.
	Shadow []string
	// LookupBudget bounds the gathering of subscriber facts. Default 150 ms.
	LookupBudget time.Duration
	// IdentityMaxAge is how old a known identity may be for purposes that
	// the policy does not hold to be sensitive. Default 5 s.
	IdentityMaxAge time.Duration
	// Sender is the source address where neither request nor tenant names one.
	Sender string
}

// Windows counts sends and learns from their outcomes: window.Velocity in this
// process, or a store that several share.
type Windows interface {
	Send(s *window.Send, out *fraud.Velocity)
	Await(s *window.Send, suspect float64)
	Refuse(s *window.Send, suspect float64)
	Check(c *window.Check)
	Receipt(r *window.Receipt)
	Judge(j *window.Judgement)
}

// Keyring makes and compares the keyed hashes that stand for identifiers.
type Keyring interface {
	Hash(kind, value string) subscriber.Hash
	Matches(h subscriber.Hash, kind, value string) bool
}

// Deps is everything the service works with.
type Deps struct {
	Store    store.Store
	Keys     Keyring
	Facts    *hlr.Gatherer
	Cells    *hlr.Cells // nil: where cells stand is not known
	Velocity Windows
	Tables
	Controls   *controls.Controls // nil: no lists, blocks and caps
	Dispatcher *Dispatcher
	Notifier   *account.Notifier
	Metrics    *Metrics
	Log        *slog.Logger
	Now        func() time.Time
	Rand       io.Reader // nil means crypto/rand
	Tenants    func(id string) *Tenant
	EachTenant func() []*Tenant // nil: a STOP from a handset concerns nobody
	Shadows    *Shadows         // nil: no policy runs beside the live one
	Recorder   Recorder         // nil: nothing is recorded
	Watch      Watcher          // nil: nobody watches
}

// Service is what a tenant can ask for. It is safe for concurrent use.
type Service struct {
	Deps
	cfg     Config
	limits  *limiter
	refused *refusals
	budget  *refusedBudget
	turns   turns
	// catalogs by *Tenant. A reload makes new tenants; Forget drops the rest.
	catalogs sync.Map

	mu       sync.RWMutex
	policies map[string]*fraud.Policy
}

// NewService checks the configuration and makes a service.
func NewService(cfg Config, deps Deps) (*Service, error) {
	if cfg.LookupBudget == 0 {
		cfg.LookupBudget = 150 * time.Millisecond
	}
	if cfg.IdentityMaxAge == 0 {
		cfg.IdentityMaxAge = 5 * time.Second
	}
	if cfg.Sender == "" {
		cfg.Sender = "Tollgate"
	}
	if deps.Rand == nil {
		deps.Rand = rand.Reader
	}
	if deps.Watch == nil {
		deps.Watch = noWatcher{}
	}
	if deps.EachTenant == nil {
		deps.EachTenant = func() []*Tenant { return nil }
	}
	s := &Service{Deps: deps, cfg: cfg, limits: newLimiter(), refused: newRefusals(), budget: newRefusedBudget(), turns: newTurns(), policies: cfg.Policies}
	if s.policies[cfg.DefaultPolicy] == nil {
		return nil, fmt.Errorf("the default policy %q is not loaded", cfg.DefaultPolicy)
	}
	deps.Dispatcher.events = s.messageEvent
	deps.Dispatcher.keyword = s.keyword
	deps.Dispatcher.swapSeen = s.swapSeen
	return s, nil
}

// Forget drops what was kept for tenants of a former configuration.
func (s *Service) Forget() { s.catalogs.Clear() }

// SetPolicies replaces the policies and the name of the default one, for a reload while serving.
func (s *Service) SetPolicies(p map[string]*fraud.Policy, defaultName string) error {
	if p[defaultName] == nil {
		return fmt.Errorf("the default policy %q is not among the new ones", defaultName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policies, s.cfg.DefaultPolicy = p, defaultName
	return nil
}

func (s *Service) policy(t *Tenant) *fraud.Policy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p := s.policies[t.Policy]; p != nil {
		return p
	}
	return s.policies[s.cfg.DefaultPolicy]
}

func (s *Service) newID(n subscriber.MSISDN, at time.Time) (store.ID, error) {
	var random [9]byte
	if _, err := io.ReadFull(s.Rand, random[:]); err != nil {
		return store.ID{}, fmt.Errorf("drawing an id: %w", err)
	}
	return store.NewID(at, n, random), nil
}

// numberState reads what tenant and number have been through, or starts it.
func (s *Service) numberState(ctx context.Context, t *Tenant, n subscriber.MSISDN) (*store.NumberState, error) {
	return s.numberStateIn(ctx, t, n, new(store.NumberState))
}

// numberStateIn is numberState, which starts it in fresh.
func (s *Service) numberStateIn(ctx context.Context, t *Tenant, n subscriber.MSISDN, fresh *store.NumberState) (*store.NumberState, error) {
	ns, err := s.Store.NumberState(ctx, t.ID, n)
	if errors.Is(err, store.ErrNotFound) {
		*fresh = store.NumberState{Tenant: t.ID, To: n, FirstSeen: s.Now()}
		return fresh, nil
	}
	return ns, err
}

// accountState reads what holds a tenant's account, or starts it; nil without
// an account.
func (s *Service) accountState(ctx context.Context, t *Tenant, account string) (*store.AccountState, error) {
	if account == "" {
		return nil, nil
	}
	as, err := s.Store.AccountState(ctx, t.ID, account)
	if errors.Is(err, store.ErrNotFound) {
		return &store.AccountState{Tenant: t.ID, AccountID: account}, nil
	}
	return as, err
}

// accountFrozen refuses what concerns an account that is frozen with one of its
// numbers.
func (s *Service) accountFrozen(ctx context.Context, t *Tenant, account string) error {
	as, err := s.accountState(ctx, t, account)
	if err != nil || as == nil || as.Freeze == nil {
		return err
	}
	if err := s.onDisk(ctx, as.Freeze); err != nil {
		return err
	}
	return &Refusal{Code: CodeFrozen, Decision: &as.Freeze.Decision, Review: as.Freeze.Review, Detail: accountDetail}
}

func (s *Service) identity(ctx context.Context, source string, n subscriber.MSISDN) (*store.Identity, error) {
	i, err := s.Store.Identity(ctx, source, n)
	if errors.Is(err, store.ErrNotFound) {
		return &store.Identity{Source: source, To: n}, nil
	}
	return i, err
}

func (t *Tenant) otpConfig(p *fraud.Policy) otp.Config {
	return otp.Config{Cooldown: t.Cooldown, Observe: p.Observes()}
}

// commit writes txs and waits for the disk, even when the request's own time is
// up: half an outcome helps nobody. A message that is on disk must be sent, and
// an idempotency key must not come free while its answer is on the way.
func (s *Service) commit(_ context.Context, txs ...*store.Tx) error {
	return s.Store.Commit(context.Background(), txs...)
}

// maxConflicts is how often a request starts over because another one changed
// the same record first.
const maxConflicts = 8

// retry repeats f while it meets a conflict.
func retry(ctx context.Context, f func() error) error {
	for range maxConflicts {
		err := f()
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return &Refusal{Code: CodeOverloaded, Detail: "too many requests for this number at once", RetryAfter: time.Second}
}

// flightSize is what a waiting message counts against the queue's octets: its
// text, and about what its records take in memory.
func flightSize(text string) int64 { return int64(len(text)) + 768 }
