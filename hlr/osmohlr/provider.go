package osmohlr

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Config is one osmo-hlr. A zero field means its default.
type Config struct {
	Name string          // "osmohlr"
	Addr string          // host:port of its control interface, 4259 by default
	Home subscriber.PLMN // network of all its subscribers; "": not told
	// Stall is how long an answer may stay away before the connection is
	// taken for dead. Default 2 s.
	Stall time.Duration
	// MaxWaiting bounds the lookups on their way. Default 4096.
	MaxWaiting int
	// RetryMin and RetryMax bound the pause before the connection is made
	// again. Default 50 ms and 2 s.
	RetryMin, RetryMax time.Duration
}

// Provider asks one osmo-hlr. It is safe for use by many goroutines.
type Provider struct {
	cfg    Config
	log    *slog.Logger
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	link   *link         // nil while there is none
	failed error         // why there is none; nil while the first is being made
	change chan struct{} // closed when either changes
}

var (
	_ hlr.Provider = (*Provider)(nil)
	_ hlr.Noter    = (*Provider)(nil)
)

// New begins to connect and returns at once: an HLR that is down at our start
// is no error of the configuration.
func New(cfg Config, log *slog.Logger) *Provider {
	def := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&cfg.Stall, 2*time.Second)
	def(&cfg.RetryMin, 50*time.Millisecond)
	def(&cfg.RetryMax, 2*time.Second)
	if cfg.MaxWaiting <= 0 {
		cfg.MaxWaiting = 4096
	}
	if cfg.Name == "" {
		cfg.Name = "osmohlr"
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Provider{cfg: cfg, log: log, cancel: cancel, done: make(chan struct{}), change: make(chan struct{})}
	go p.keep(ctx)
	return p
}

// Name is the provider's name in metrics and reports.
func (p *Provider) Name() string { return p.cfg.Name }

// Fields is what an osmo-hlr can tell: the IMEI where its store-imei is on, and
// the home network where Config names it.
func (p *Provider) Fields() hlr.Field {
	f := hlr.FieldIMSI | hlr.FieldIMEI | hlr.FieldVLR
	if p.cfg.Home != "" {
		f |= hlr.FieldHome
	}
	return f
}

// Lookup asks for one number. It returns hlr.ErrAbsent for "No such
// subscriber".
func (p *Provider) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	if !askable(n) {
		return hlr.Subscriber{}, hlr.ErrNotCovered
	}
	l, err := p.connected(ctx)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	id, c, err := l.ask(n)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	select {
	case a := <-c:
		s, err := a.subscriber(n, p.cfg.Home)
		if errors.Is(err, errSecret) {
			p.log.Error("an HLR answered with authentication data", "provider", p.cfg.Name)
		}
		return s, err
	case <-l.ended:
		return hlr.Subscriber{}, l.err // written before ended was closed
	case <-ctx.Done():
		l.forget(id)
		return hlr.Subscriber{}, context.Cause(ctx)
	}
}

// connected is the link, waited for only while the first one is being made.
func (p *Provider) connected(ctx context.Context) (*link, error) {
	for {
		p.mu.Lock()
		l, failed, change := p.link, p.failed, p.change
		p.mu.Unlock()
		switch {
		case l != nil:
			return l, nil
		case failed != nil:
			return nil, failed
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Note says that there is no connection, and why.
func (p *Provider) Note() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.link != nil:
		return ""
	case p.failed != nil:
		return p.failed.Error()
	}
	return "not connected yet"
}

// Close ends the connection; lookups on it fail.
func (p *Provider) Close() error {
	p.cancel()
	<-p.done
	return nil
}

// keep makes the connection again and again until Close.
func (p *Provider) keep(ctx context.Context) {
	defer close(p.done)
	for pause := p.cfg.RetryMin; ; {
		began := time.Now()
		conn, err := (&net.Dialer{Timeout: p.cfg.Stall}).DialContext(ctx, "tcp", p.cfg.Addr)
		if err == nil {
			err = p.use(ctx, newLink(conn, p.cfg))
			if time.Since(began) > p.cfg.RetryMax {
				pause = p.cfg.RetryMin // it had lived
			}
		} else {
			err = errors.New("the HLR cannot be reached: " + plain(err))
		}
		p.set(nil, err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
			pause = min(2*pause, p.cfg.RetryMax)
		case <-ctx.Done():
			timer.Stop()
			p.set(nil, errClosed)
			return
		}
	}
}

var errClosed = errors.New("the provider is closed")

// use offers a link to the lookups until it ends.
func (p *Provider) use(ctx context.Context, l *link) error {
	p.set(l, nil)
	p.log.Info("connected to an HLR", "provider", p.cfg.Name, "addr", p.cfg.Addr)
	select {
	case <-l.ended:
		p.log.Warn("an HLR's connection ended", "provider", p.cfg.Name, "err", l.err)
	case <-ctx.Done():
		l.end(errClosed)
	}
	return l.err
}

func (p *Provider) set(l *link, failed error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.link, p.failed = l, failed
	close(p.change)
	p.change = make(chan struct{})
}
