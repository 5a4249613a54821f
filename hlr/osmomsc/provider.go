package osmomsc

import (
	"context"
	"errors"
	"sync"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Config is one osmo-msc. A zero field means its default.
type Config struct {
	Name    string          // "osmomsc"
	Addr    string          // host:port of its command line, 4254 by default
	Network subscriber.PLMN // that it serves; "": not told
	// Sessions bounds the connections, each of which carries one lookup at a
	// time. Default 4: the command line is made for people.
	Sessions int
	// Idle is how long an unused connection is kept. Default 30 s.
	Idle time.Duration
}

// Provider asks one osmo-msc. It is safe for use by many goroutines.
type Provider struct {
	cfg    Config
	places chan struct{} // one token a session in use

	mu     sync.Mutex
	idle   []idleSession // the latest used last
	closed bool
}

type idleSession struct {
	*session
	since time.Time
}

var _ hlr.Provider = (*Provider)(nil)

var errClosed = errors.New("the provider is closed")

// New connects with the first lookup.
func New(cfg Config) *Provider {
	if cfg.Name == "" {
		cfg.Name = "osmomsc"
	}
	if cfg.Sessions <= 0 {
		cfg.Sessions = 4
	}
	if cfg.Idle <= 0 {
		cfg.Idle = 30 * time.Second
	}
	return &Provider{cfg: cfg, places: make(chan struct{}, cfg.Sessions)}
}

// Name is the provider's name in metrics and reports.
func (p *Provider) Name() string { return p.cfg.Name }

// Fields is what an osmo-msc can tell, and its network where Config names it.
func (p *Provider) Fields() hlr.Field {
	f := hlr.FieldIMEI | hlr.FieldLocation | hlr.FieldReachable
	if p.cfg.Network != "" {
		f |= hlr.FieldNetwork
	}
	return f
}

// Lookup asks for one number. It returns hlr.ErrNotCovered for one that is not
// attached to this MSC.
func (p *Provider) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	if !askable(n) {
		return hlr.Subscriber{}, hlr.ErrNotCovered
	}
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	case <-ctx.Done():
		return hlr.Subscriber{}, context.Cause(ctx)
	}
	reply, err := p.ask(ctx, "show subscriber msisdn "+n.Digits())
	if err != nil {
		return hlr.Subscriber{}, err
	}
	s, err := parse(reply, n)
	if err == nil {
		s.PLMN = p.cfg.Network
	}
	return s, err
}

// askable says that a number is digits only: nothing else ever stands in a
// command.
func askable(n subscriber.MSISDN) bool {
	digits := n.Digits()
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return len(digits) >= 3 && len(digits) <= 15
}

// ask runs a command. A kept connection that turns out to be dead, as after a
// restart of the MSC, is replaced once.
func (p *Provider) ask(ctx context.Context, command string) (string, error) {
	s, kept, err := p.take(ctx)
	if err != nil {
		return "", err
	}
	reply, err := s.run(ctx, command)
	if err != nil && kept && ctx.Err() == nil {
		s.close()
		if s, err = connect(ctx, p.cfg.Addr); err != nil {
			return "", err
		}
		reply, err = s.run(ctx, command)
	}
	if err != nil {
		s.close() // its reply may still come, and would be the next one's
		return "", err
	}
	p.keep(s)
	return reply, nil
}

// take is an idle session or a new one.
func (p *Provider) take(ctx context.Context) (s *session, kept bool, err error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, false, errClosed
	}
	if n := len(p.idle); n > 0 {
		last := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return last.session, true, nil
	}
	p.mu.Unlock()
	s, err = connect(ctx, p.cfg.Addr)
	return s, false, err
}

// keep puts a session back, and ends those that nobody has used for a while.
func (p *Provider) keep(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for len(p.idle) > 0 && (p.closed || now.Sub(p.idle[0].since) > p.cfg.Idle) {
		p.idle[0].close()
		p.idle = p.idle[1:]
	}
	if p.closed {
		s.close()
		return
	}
	p.idle = append(p.idle, idleSession{s, now})
}

// Close ends the connections that are not in use; the others end with their
// lookups.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.idle {
		s.close()
	}
	p.idle = nil
	return nil
}
